import { toCount } from './small-file.ts'

/** What one interface received. */
export interface NetDevRow {
  readonly name: string
  readonly receivedPackets: number
  readonly errors: number
  /** `rx_dropped` and `rx_missed_errors` together (net/core/net-procfs.c, dev_seq_printf_stats). */
  readonly drops: number
}

/** /proc/net/dev, `  eth0: bytes packets errs drop …`, a row an interface. Undefined if it has none, or one without counts. */
export function decodeNetDev(text: string): readonly NetDevRow[] | undefined {
  const rows = text.split('\n').flatMap((line) => {
    const [, name, counters = ''] = /^\s*(\S+):\s*(.*)$/.exec(line) ?? []
    const [, packets, errors, drops] = counters.split(/\s+/).map(toCount)
    return name === undefined ? [] : [{ name, receivedPackets: packets, errors, drops }]
  })
  const whole = rows.filter((row): row is NetDevRow => [row.receivedPackets, row.errors, row.drops].every(isKnown))
  return rows.length === 0 || whole.length < rows.length ? undefined : whole
}

const isKnown = (count: number | undefined): boolean => count !== undefined
