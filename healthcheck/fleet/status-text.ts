import type { SensorViews } from './fleet-reading.ts'
import type { FleetStatus } from './fleet-status.ts'
import { fleetReasons } from './fleet-verdict.ts'

const unknown = '-'
const header = ['sensor', 'zone', 'group', 'target', 'sensor says', 'ready', 'packets', 'drops', 'findings']
const rightAligned: readonly string[] = ['packets', 'drops']

function toCells({ id, zone, instance, target, sensor }: SensorViews): readonly string[] {
  const views = [
    instance === null
      ? unknown
      : [instance.lifecycleState, instance.healthStatus === 'Unhealthy' ? ' Unhealthy' : ''].join(''),
    target === null ? unknown : [target.state, target.reason === null ? '' : ` ${target.reason}`].join(''),
  ]
  if (!sensor.answered) return [id, zone || unknown, ...views, 'no answer', unknown, unknown, unknown, sensor.fault]
  const { status, ready, packets, drops, findings } = sensor.status
  const figures = [packets, drops].map((figure) => (figure === null ? unknown : String(figure)))
  return [id, zone || unknown, ...views, status, ready ? 'yes' : 'no', ...figures, findings.join(', ')]
}

/** The status of a fleet for a person: sensor by sensor, then what is wrong, then the verdict. */
export function toStatusText(fleet: FleetStatus): string {
  const { group, targetGroupArn, sensors, verdict, disagreements, answers } = fleet
  const meaningOf = (reason: string) => fleetReasons.find((one) => one.reason === reason)?.meaning ?? ''
  // The disagreements say the same in full, and which way round.
  const own = verdict.findings.filter(({ reason }) => reason !== 'view-disagreement')
  const findings = own.map(({ reason, members, zones }) => {
    const whom = [...members, ...(reason === 'zone-dark' ? zones : [])]
    return toItem(reason, meaningOf(reason), whom)
  })
  const disagreeing = disagreements.map(({ kind, meaning, sensors: ids }) => toItem(kind, meaning, ids))
  const loss = verdict.lossRatio === null ? 'loss unknown' : `loss ratio ${Number(verdict.lossRatio.toPrecision(3))}`
  return [
    `group ${group.name}, ${targetGroupArn === null ? 'no load balancer' : `target group ${targetGroupArn}`}`,
    '',
    ...toLines([header, ...sensors.map(toCells)]),
    '',
    ...(findings.length > 0 ? ['what is wrong', ...findings, ''] : []),
    ...(disagreeing.length > 0 ? ['where the views disagree', ...disagreeing, ''] : []),
    `${fleet.status}: ${verdict.inService} of ${group.desiredCapacity} wanted sensors in service, ${answers} of ${sensors.length} answered, ${loss}`,
  ].join('\n')
}

const toItem = (word: string, meaning: string, whom: readonly string[]): string =>
  [`  ${word}: ${meaning}`, ...(whom.length > 0 ? [`    ${whom.join(', ')}`] : [])].join('\n')

/** Columns of equal width; figures stand right, words left. */
function toLines(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = header.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const pad = (cell: string, column: number) => {
    const width = widths[column] ?? 0
    return rightAligned.includes(header[column] ?? '') ? cell.padStart(width) : cell.padEnd(width)
  }
  return rows.map((row) => row.map(pad).join('  ').trimEnd())
}
