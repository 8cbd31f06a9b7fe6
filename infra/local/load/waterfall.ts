import type { Reconciliation } from './reconciliation.ts'

const grouped = (count: number): string => count.toLocaleString('en-US')
const rate = (count: number): string => grouped(Math.round(count))

/** What each place is, for a person. */
const words: Readonly<Record<Reconciliation['stations'][number]['place'], string>> = {
  generator: 'handed to the kernel',
  wire: 'mirror0, the source’s mirror link',
  'load-balancer': 'in from the source, out to a sensor',
  'sensor-link': 'links to the sensors',
  sensor: 'security group; vxlan devices, if any',
  'af-packet': 'rings of the engines',
  decoder: 'the engines; drops are packets turned down',
}

/** The waterfall for a person: every place, what came to it and what it lost; then what was logged. */
export function toWaterfall(reconciliation: Reconciliation): string {
  const { scenario, seed, stations, transactions, flows, unaccounted, ok, failures, achieved } = reconciliation
  const rows = [
    ['place', 'packets', 'drops', ''],
    ...stations.map(({ place, packets, drops }) => [place, grouped(packets), grouped(drops), words[place]]),
  ]
  const logged = [
    ['event', 'sent', 'logged', ''],
    ...Object.entries(transactions).map(([kind, { sent, logged }]) => [kind, grouped(sent), grouped(logged), '']),
  ]
  return [
    `${scenario}, seed ${seed}: ${rate(achieved.packetsPerSecond)} packets/s, ${rate(achieved.bitsPerSecond / 1e6)} Mbit/s`,
    '',
    ...toTable(rows),
    '',
    ...toTable(logged),
    '',
    `flows: ${grouped(flows.sent)} sent, ${grouped(flows.tracked)} tracked by the engines`,
    `unaccounted for: ${grouped(unaccounted)}`,
    ...(ok
      ? ['ok: every packet and every transaction is accounted for']
      : failures.map((failure) => `not ok: ${failure}`)),
    '',
  ].join('\n')
}

/** Words to the left, numbers to the right. */
function toTable(rows: readonly (readonly string[])[]): string[] {
  const width = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0))
  return rows.map(([name = '', first = '', second = '', note = '']) =>
    `${name.padEnd(width(0))}  ${first.padStart(width(1))}  ${second.padStart(width(2))}  ${note}`.trimEnd(),
  )
}
