import { toErrorMessage } from '../../error-message.ts'
import { LogTail } from '../log-tail.ts'
import type { EveLine } from './source.ts'

/** What the page can show of one second's log; more is passed over. */
const mostBytes = 2 << 20

interface LoggingSensor {
  readonly address: { readonly id: string }
  readonly logFolder: string
}

/** The eve.json of each sensor of a region. */
export class EveLogs {
  readonly #tails = new Map<string, LogTail>()

  /** Lines gained since the last call. A log that cannot be read is told of, and keeps back nobody else's lines. */
  async read(sensors: readonly LoggingSensor[], onFault: (sentence: string) => void): Promise<readonly EveLine[]> {
    const lines: EveLine[] = []
    for (const { address, logFolder } of sensors) {
      const tail = this.#tails.get(address.id) ?? new LogTail(`${logFolder}/eve.json`, { mostBytes })
      this.#tails.set(address.id, tail)
      const take = (text: string) => void lines.push({ sensor: address.id, text })
      await tail.read(take).catch((error: unknown) => {
        onFault(`${address.id}: ${toErrorMessage(error)}`)
      })
    }
    return lines
  }
}
