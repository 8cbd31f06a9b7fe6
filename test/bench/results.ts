import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { BenchReport } from './bench-report.ts'
import { configurationNames } from './engine-configurations.ts'
import { toCurve, toLossChart } from './loss-chart.ts'
import type { SensorFigures } from './sensor-figures.ts'
import { wasOffered } from './trial.ts'

const folder = fileURLToPath(new URL('results/', import.meta.url))

const curveNames = {
  walkthrough: 'as the walkthrough configures it',
  suricata: "ours, Suricata's VXLAN decoder",
  kernel: "ours, the kernel's VXLAN devices",
} as const

/** By the asked rate; a trial whose rate the generator did not reach has offered another one, and is left out. */
export const toSensorChart = ({ trials }: SensorFigures): string =>
  toLossChart(
    'One Suricata on one core: loss against offered rate',
    configurationNames.map((name) => {
      const offered = trials.filter((trial) => trial.configuration === name && wasOffered(trial))
      const toPoint = ({ askedPacketsPerSecond: offeredPacketsPerSecond, lossRatio }: (typeof offered)[number]) => ({
        ...{ offeredPacketsPerSecond, lossRatio },
      })
      return toCurve(curveNames[name], offered.map(toPoint))
    }),
  )

/** @returns the files that were written */
export function writeResults(report: BenchReport): string[] {
  mkdirSync(folder, { recursive: true })
  const files = [[`${folder}${report.startedAt.slice(0, 10)}.json`, `${JSON.stringify(report, null, 2)}\n`]]
  if (report.sensor !== undefined) {
    files.push([`${folder}loss.svg`, toSensorChart(report.sensor)])
  }
  for (const [path = '', content = ''] of files) writeFileSync(path, content)
  return files.map(([path = '']) => path)
}
