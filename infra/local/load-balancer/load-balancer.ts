import type { LoadBalancerConfiguration, Target } from './configuration.ts'
import type { Schedule } from './health-check.ts'
import type { FlowSelection } from './kernel.ts'
import type { Log } from './log.ts'
import type { Answer, Changed, Description, Request, TargetHealth } from './messages.ts'
import { FORWARDED, NO_TARGET, RECEIVED, toCounterName } from './nftables.ts'
import { Reconciler } from './reconciler.ts'
import { next, type TargetEvent, type TargetState, unused } from './target.ts'
import { type Member, toRouting } from './target-group.ts'

/** Any fixed number: dealing flows the same way in every run makes a run repeatable. */
const HASH_SEED = 0x6d697272
/** AWS: targets per NLB with cross-zone on (aws.md 2.8). */
const MAX_TARGETS = 500

export interface Effects {
  /** Seconds on a monotonic clock. */
  readonly nowSeconds: () => number
  readonly applyRuleset: (ruleset: string) => Promise<void>
  readonly breakFlows: (selection: FlowSelection) => Promise<number>
  readonly readCounters: () => Promise<ReadonlyMap<string, number>>
  readonly probeOnSchedule: (target: Target, schedule: Schedule) => Promise<void>
  readonly sendChanged: (changed: Changed) => void
  readonly log: Log
}

interface Registration {
  readonly target: Target
  health: TargetState
  probing: AbortController
}

const toTargetHealth = ({ id, zone, address }: Target, { state, reasonCode }: TargetState): TargetHealth => ({
  id,
  zone,
  address,
  state,
  reasonCode,
})

const isSameTarget = (one: Target, other: Target) =>
  one.zone === other.zone && one.address === other.address && one.healthPort === other.healthPort

/** The targets and their lives. It turns events into states, and leaves it to the reconciler to turn those into rules. */
export class LoadBalancer {
  readonly #configuration: LoadBalancerConfiguration
  readonly #effects: Effects
  readonly #registrations = new Map<string, Registration>()
  readonly #reconciler: Reconciler

  constructor(configuration: LoadBalancerConfiguration, effects: Effects) {
    this.#configuration = configuration
    this.#effects = effects
    this.#reconciler = new Reconciler({
      address: configuration.address,
      port: configuration.port,
      unhealthyFlows: configuration.unhealthyFlows ?? 'move',
      seed: HASH_SEED,
      members: () => this.#members(),
      applyRuleset: effects.applyRuleset,
      breakFlows: effects.breakFlows,
      log: effects.log,
    })
  }

  /** @throws when the kernel refuses the rules */
  async start(): Promise<void> {
    // First in the reconciler's order of work: registering asks it to reconcile.
    const started = this.#reconciler.start()
    for (const target of this.#configuration.targets) this.#register(target)
    await started
  }

  /** To be called about once a second: ends deregistration delays, and tries again what has failed. */
  async tick(): Promise<void> {
    const event = { type: 'tick', atSeconds: this.#effects.nowSeconds() } as const
    for (const id of [...this.#registrations.keys()]) this.#dispatch(id, event)
    await this.#reconciler.reconcile()
  }

  /** Probes no more, and waits for the kernel work under way. */
  async stop(): Promise<void> {
    for (const { probing } of this.#registrations.values()) probing.abort()
    await this.#reconciler.reconcile()
  }

  async answer(request: Request): Promise<Answer> {
    const { requestId } = request
    if (request.type === 'describe') return this.#describe(requestId)
    const refusal = request.type === 'register' ? this.#refusal(request.target) : this.#unknown(request.id)
    if (refusal !== null) return { type: 'refused', requestId, reason: refusal }
    if (request.type === 'register') this.#register(request.target)
    else this.#deregister(request.id)
    await this.#reconciler.reconcile()
    return { type: 'done', requestId }
  }

  #members(): Member[] {
    return [...this.#registrations.values()].map(({ target, health }) => ({
      id: target.id,
      address: target.address,
      state: health.state,
    }))
  }

  #isFailOpen = (): boolean => toRouting(this.#members(), 'move').failOpen

  #refusal(target: Target): string | null {
    const known = this.#registrations.get(target.id)
    if (known !== undefined) {
      return isSameTarget(known.target, target)
        ? null
        : `target ${target.id} is registered with ${known.target.address}: deregister it first, and wait until it has drained`
    }
    const addresses = [this.#configuration.address, ...this.#members().map(({ address }) => address)]
    if (addresses.includes(target.address)) return `address ${target.address} is in use: a target needs its own`
    return this.#registrations.size < MAX_TARGETS ? null : `${MAX_TARGETS} targets are registered: that is the quota`
  }

  #unknown = (id: string): string | null =>
    this.#registrations.has(id)
      ? null
      : `no target ${id}: registered are ${[...this.#registrations.keys()].join(', ') || 'none'}`

  #register(target: Target): void {
    const known = this.#registrations.get(target.id)
    if (known !== undefined && known.health.state !== 'draining') return
    const probing = new AbortController()
    this.#registrations.set(target.id, { target, health: known?.health ?? unused, probing })
    this.#dispatch(target.id, { type: 'register' })
    const { intervalSeconds, timeoutSeconds } = this.#configuration.healthCheck
    void this.#effects.probeOnSchedule(target, {
      intervalSeconds,
      timeoutSeconds,
      signal: probing.signal,
      onEvent: (event) => this.#dispatch(target.id, event),
    })
  }

  #deregister(id: string): void {
    const atSeconds = this.#effects.nowSeconds()
    this.#dispatch(id, { type: 'deregister', atSeconds })
    // A delay of 0 is over at once.
    this.#dispatch(id, { type: 'tick', atSeconds })
  }

  #dispatch(id: string, event: TargetEvent): void {
    const registration = this.#registrations.get(id)
    if (registration === undefined) return
    const { target, health: before } = registration
    const { healthCheck, deregistrationDelaySeconds } = this.#configuration
    const after = next(before, event, { ...healthCheck, deregistrationDelaySeconds })
    registration.health = after
    if (after.state === 'draining') registration.probing.abort()
    if (after.state === 'unused') this.#registrations.delete(id)
    if (after.state === before.state && after.reasonCode === before.reasonCode) return
    const health = toTargetHealth(target, after)
    this.#effects.log.info({ target: health, was: before.state }, 'target health changed')
    void this.#reconciler
      .reconcile()
      .then(() => this.#effects.sendChanged({ type: 'changed', target: health, failOpen: this.#isFailOpen() }))
  }

  async #describe(requestId: number): Promise<Description> {
    const health = [...this.#registrations.values()].map(({ target, health }) => toTargetHealth(target, health))
    const failOpen = this.#isFailOpen()
    // So that what is shown is in force, and was pushed as 'changed' before.
    await this.#reconciler.reconcile()
    const counters = await this.#effects.readCounters()
    return {
      type: 'description',
      requestId,
      targets: health.map((target) => ({ ...target, forwardedPackets: counters.get(toCounterName(target.id)) ?? 0 })),
      failOpen,
      receivedPackets: counters.get(RECEIVED) ?? 0,
      forwardedPackets: counters.get(FORWARDED) ?? 0,
      noTargetPackets: counters.get(NO_TARGET) ?? 0,
    }
  }
}
