import { existsSync, readFileSync } from 'node:fs'
import type { Exit, RegionProcess } from './namespace-process.ts'
import { toPrintable } from './screen.ts'

/** The order in which parts are stopped: who only looks on, then the traffic's, so that nothing sends to a part that has gone. */
const stopOrder = ['observer', 'mirror', 'load-balancer', 'sensor', 'internet'] as const
type Kind = (typeof stopOrder)[number]

/** What runs in a region, and how it is stopped. */
export class RegionParts {
  readonly #stops: { readonly kind: Kind; readonly stop: () => Promise<unknown> }[] = []
  readonly #onLost: (sentence: string) => void
  #stopping = false

  /** @param onLost called with a sentence when a part ends that nobody has stopped */
  constructor(onLost: (sentence: string) => void) {
    this.#onLost = onLost
  }

  /** A part that tells of its end itself. */
  add(kind: Kind, stop: () => Promise<unknown>): void {
    this.#stops.push({ kind, stop })
  }

  /** A part that is not started again when it ends. */
  watch(kind: Kind, process: RegionProcess): void {
    this.add(kind, () => process.stop())
    void process.exited.then((exit) => this.tellEnd(process, exit))
  }

  /** @param pauseSeconds after which it is started again. @default - it is not */
  readonly tellEnd = ({ name, logPath }: RegionProcess, end: Exit | Error, pauseSeconds?: number): void => {
    if (this.#stopping) return
    const how = end instanceof Error ? end.message : `${name} ended by itself with ${end.code ?? end.signal}`
    const next = pauseSeconds === undefined ? '' : `; next start in ${pauseSeconds} s`
    this.#onLost(`${how}${next}${readLogEnd(logPath)}`)
  }

  /** Stops one kind after the other. One that fails does not keep the rest; what it leaves goes with its namespace. */
  async stop(): Promise<void> {
    this.#stopping = true
    for (const kind of stopOrder) {
      await Promise.allSettled(this.#stops.filter((part) => part.kind === kind).map(({ stop }) => stop()))
    }
  }
}

/** The region's folder goes with the region, so what a process said last is told at once. */
function readLogEnd(path: string): string {
  const lines = (existsSync(path) ? readFileSync(path, 'utf8') : '').trimEnd().split('\n').slice(-5)
  return lines.join('') === '' ? '' : `; it said last:\n${lines.map(toPrintable).join('\n')}`
}
