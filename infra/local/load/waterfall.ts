import type { Reconciliation } from './reconciliation.ts'
import type { Station } from './station.ts'

const grouped = (count: number): string => Math.round(count).toLocaleString('en-US')

/** What each place is, for a person. */
const words: Readonly<Record<Station['place'], string>> = {
  generator: 'handed to the kernel',
  wire: 'mirror0, the source’s mirror link',
  'load-balancer': 'in from the source, out to a sensor',
  'sensor-link': 'links to the sensors',
  sensor: 'security group; vxlan devices, if any',
  'af-packet': 'rings of the engines',
  decoder: 'the engines',
}

const toNote = ({ place, turnedDown }: Station): string =>
  turnedDown > 0 ? `${words[place]}; turned down for what is in them: ${grouped(turnedDown)}` : words[place]

/** The waterfall for a person: every place, what came to it and what it lost; then what was logged. */
export function toWaterfall(reconciliation: Reconciliation): string {
  const { scenario, seed, stations, transactions, flows, unaccounted, ok, failures, achieved } = reconciliation
  const rows = [
    ['place', 'packets', 'drops', ''],
    ...stations.map((station) => [station.place, grouped(station.packets), grouped(station.drops), toNote(station)]),
  ]
  const logged = [
    ['event', 'sent', 'logged', ''],
    ...Object.entries(transactions).map(([kind, { sent, logged }]) => [kind, grouped(sent), grouped(logged), '']),
  ]
  const lost = stations.reduce((sum, { drops, turnedDown }) => sum + drops - turnedDown, 0)
  return [
    `${scenario}, seed ${seed}: ${grouped(achieved.packetsPerSecond)} packets/s, ${grouped(achieved.bitsPerSecond / 1e6)} Mbit/s`,
    '',
    ...toTable(rows),
    '',
    ...toTable(logged),
    '',
    `flows: ${grouped(flows.sent)} sent, ${grouped(flows.tracked)} tracked by the engines`,
    `unaccounted for: ${grouped(unaccounted)}`,
    ...(ok
      ? [lost > 0 ? `ok: ${grouped(lost)} packets were lost, each at a named place` : 'ok: nothing was lost']
      : failures.map((failure) => `not ok: ${failure}`)),
  ].join('\n')
}

/** Words to the left, numbers to the right. */
function toTable(rows: readonly (readonly string[])[]): string[] {
  const width = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0))
  return rows.map(([name = '', first = '', second = '', note = '']) =>
    `${name.padEnd(width(0))}  ${first.padStart(width(1))}  ${second.padStart(width(2))}  ${note}`.trimEnd(),
  )
}
