import type { FlowSelection } from './kernel.ts'
import type { Log } from './log.ts'
import { type RulesetInput, toNothing, toRuleset } from './nftables.ts'
import { type Member, type Routing, toBrokenFlows, toRouting, type UnhealthyFlows } from './target-group.ts'

export interface ReconcilerOptions {
  readonly address: string
  readonly port: number
  readonly unhealthyFlows: UnhealthyFlows
  readonly seed: number
  /** The targets as they are now; unused ones are not among them. */
  readonly members: () => readonly Member[]
  readonly applyRuleset: (ruleset: string) => Promise<void>
  readonly breakFlows: (selection: FlowSelection) => Promise<number>
  readonly log: Log
}

interface Applied {
  readonly ruleset: string
  readonly routing: Routing
  readonly counted: readonly Member[]
}

/** Keeps the kernel's rules and flows as the targets' states ask for. Steps run one after another. */
export class Reconciler {
  readonly #options: ReconcilerOptions
  readonly #toBreak = new Set<string>()
  #applied: Applied = { ruleset: '', routing: toRouting([], 'move'), counted: [] }
  #tail: Promise<void> = Promise.resolve()

  constructor(options: ReconcilerOptions) {
    this.#options = options
  }

  /**
   * Starts from nothing: what an earlier load balancer left in this namespace would keep its flows.
   *
   * @throws when the kernel refuses
   */
  start(): Promise<void> {
    const { applyRuleset, breakFlows, address, port } = this.#options
    const started = this.#tail
      .then(() => applyRuleset(toNothing()))
      .then(() => this.#applyRules())
      .then(() => breakFlows({ address, port }))
      .then(() => undefined)
    this.#tail = started.catch(() => undefined)
    return started
  }

  /**
   * Brings the kernel up to the targets' present states. A failure is logged, and made good by the next call.
   *
   * @returns once that is done or has failed
   */
  reconcile(): Promise<void> {
    const { log } = this.#options
    this.#tail = this.#tail
      .then(() => this.#applyRules())
      .then(() => this.#breakFlows())
      .catch((error: unknown) => log.error({ error }, 'routing is out of date until the next try'))
    return this.#tail
  }

  async #applyRules(): Promise<void> {
    const { address, port, seed, unhealthyFlows, applyRuleset, log } = this.#options
    const counted = this.#options.members()
    const routing = toRouting(counted, unhealthyFlows)
    const input: RulesetInput = { address, port, seed, eligible: routing.eligible, counted, forgotten: [] }
    const ruleset = toRuleset(input)
    if (ruleset === this.#applied.ruleset) return
    const forgotten = this.#applied.counted.map(({ id }) => id).filter((id) => !counted.some((m) => m.id === id))
    await applyRuleset(toRuleset({ ...input, forgotten }))
    // Only now: flows broken under the old rules would go back to where they came from.
    for (const broken of toBrokenFlows(this.#applied.routing, routing)) this.#toBreak.add(broken)
    this.#applied = { ruleset, routing, counted }
    log.info({ eligible: routing.eligible.map(({ id }) => id), failOpen: routing.failOpen }, 'routing changed')
  }

  async #breakFlows(): Promise<void> {
    const { address, port, breakFlows, log } = this.#options
    for (const targetAddress of [...this.#toBreak]) {
      // After a failed try the target may have come back: its flows are its own again.
      if (!this.#applied.routing.keeps.has(targetAddress)) {
        const flows = await breakFlows({ address, port, targetAddress })
        log.info({ targetAddress, flows }, 'flows broken')
      }
      this.#toBreak.delete(targetAddress)
    }
  }
}
