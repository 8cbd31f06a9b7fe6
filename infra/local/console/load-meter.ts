import { readFile } from 'node:fs/promises'
import { decodeWireCounters } from '../../../load/send/wire-counters.ts'
import type { Region } from '../region.ts'
import type { SourceReading } from './source.ts'

/**
 * What the load generator sends, as if it were a source of its own. It puts its frames on the first source's mirror link
 * past that source's traffic mirror, so they are what the link has sent and the mirror has not.
 */
export class LoadMeter {
  readonly #mirror: Region['mirrors'][number] | undefined
  #sent = 0
  #refused = 0

  constructor({ mirrors }: Pick<Region, 'mirrors'>) {
    this.#mirror = mirrors[0]
  }

  /** What is known of it while it cannot be read: that it is there. */
  get unknown(): SourceReading {
    return { name: 'load', zone: this.#mirror?.source.zone ?? '', mirrored: null, skipped: null }
  }

  /** @param mirrored what that mirror has counted just before */
  async read(mirrored: number): Promise<SourceReading | null> {
    if (this.#mirror === undefined) return null
    const { process, source } = this.#mirror
    // The interfaces of the mirror's own network namespace (proc_net(5)).
    const wire = decodeWireCounters(await readFile(`/proc/${process.pid}/net/dev`, 'utf8'), 'mirror0')
    if (wire === null) return null
    // The two were not read at the same moment: what comes out less than before has not been taken back.
    this.#sent = Math.max(this.#sent, wire.packets - mirrored)
    this.#refused = Math.max(this.#refused, wire.drops)
    return { name: 'load', zone: source.zone, mirrored: this.#sent, skipped: this.#refused }
  }
}
