import type { LoadReport } from './report.ts'

const grouped = (count: number): string => Math.round(count).toLocaleString('en-US')

/** A rate in the unit it was asked in, with how far it is off. */
function toRateLine({ asked, achieved }: LoadReport): string {
  const rates = { packets: achieved.packetsPerSecond, bits: achieved.bitsPerSecond, flows: achieved.flowsPerSecond }
  const shown = `${grouped(achieved.packetsPerSecond)} packets/s, ${grouped(achieved.bitsPerSecond / 1e6)} Mbit/s`
  if (asked.unit === null || asked.perSecond === null) return `${shown} (asked: as fast as it goes)`
  const off = (rates[asked.unit] / asked.perSecond - 1) * 100
  return `${shown} (asked: ${grouped(asked.perSecond)} ${asked.unit}/s, ${off >= 0 ? '+' : ''}${off.toFixed(2)} %)`
}

/** The report for a person. */
export function toReportTable(report: LoadReport): string {
  const { truth, wire, refused } = report
  const { http, tls, dns } = truth.transactions
  const rows: [string, string][] = [
    ['scenario', `${report.scenario}, seed ${report.seed}, ${report.encapsulation}, to ${report.sink}`],
    ['rate', toRateLine(report)],
    [
      'sent',
      `${grouped(report.sent.packets)} packets, ${grouped(report.sent.bytes)} bytes in ${report.seconds.toFixed(2)} s by ${report.means.join(' and ')}`,
    ],
    [
      'wire',
      wire === null ? '-' : `${grouped(wire.packets)} packets, ${grouped(wire.drops)} drops on ${wire.interface}`,
    ],
    ['refused', refused.packets === 0 ? '0' : `${grouped(refused.packets)} (${refused.reason})`],
    [
      'flows',
      `${grouped(truth.flows)}${truth.unfinishedFlows > 0 ? `, ${grouped(truth.unfinishedFlows)} unfinished` : ''}`,
    ],
    [
      'to be logged',
      `http ${grouped(http)}, tls ${grouped(tls)}, dns ${grouped(dns)}, alerts ${grouped(truth.alerts)}`,
    ],
    ...(truth.malformedPackets > 0 ? [['malformed', grouped(truth.malformedPackets)] satisfies [string, string]] : []),
    ['stopped by', report.failure ?? report.stoppedBy],
  ]
  const width = Math.max(...rows.map(([name]) => name.length))
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}\n`).join('')
}
