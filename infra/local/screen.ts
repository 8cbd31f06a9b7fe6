import type { SensorView } from './region.ts'
import type { Summary } from './summary.ts'

/** Rows as columns of equal width; numbers stand right, words left. */
export function toTable(header: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const cells = [header, ...rows].map((row) => row.map(String))
  const widths = header.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)))
  const line = (row: readonly string[], align: readonly (string | number)[]) =>
    row
      .map((cell, i) => (typeof align[i] === 'number' ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd()
  const [titles = [], ...body] = cells
  return [line(titles, rows[0] ?? header), ...body.map((row, i) => line(row, rows[i] ?? []))].join('\n')
}

const summaryHeader = ['sensor', 'status', 'target', 'packets', 'drops', 'http', 'tls', 'dns']

/** The summary of a round for a person. */
export function toSummaryText(summary: Summary): string {
  const { requests, logged, mirrored, captured } = summary
  const rows = summary.sensors.map((s) => [
    s.id,
    s.status,
    s.targetState,
    s.packets,
    s.drops,
    s.httpEvents,
    s.tlsEvents,
    s.dnsEvents,
  ])
  return [
    toTable(summaryHeader, rows),
    '',
    toTable(
      ['', 'requests made', 'logged'],
      [
        ['HTTP', requests.http, logged.http],
        ['HTTPS', requests.https, logged.tls],
        ['DNS', requests.dns, logged.dns],
      ],
    ),
    '',
    `packets mirrored ${mirrored.packets}, captured ${captured.packets}, dropped ${captured.drops} (loss ratio ${summary.lossRatio})`,
    `a line of http.log: ${toPrintable(summary.sampleHttpLog)}`,
    '',
    summary.ok
      ? `ok: every request was logged exactly once, in ${summary.seconds} s`
      : `failed after ${summary.seconds} s:\n${summary.failures.map((failure) => `  - ${toPrintable(failure)}`).join('\n')}`,
  ].join('\n')
}

const unknown = '-'
const liveHeader = ['sensor', 'status', 'target', 'packets', 'drops', 'engine', 'restarts', 'findings']

/** One look at a running fleet. */
export const toLiveText = (sensors: readonly SensorView[]): string =>
  toTable(
    liveHeader,
    sensors.map(({ id, targetState, status }) => {
      if (!status) return [id, 'no answer', targetState, unknown, unknown, '', unknown, '']
      // An engine that does not answer has not captured nothing.
      const { packets = null, drops = null } = status.funnel.find(({ place }) => place === 'af-packet') ?? {}
      const findings = status.verdict.findings.map((finding) => finding.reason).join(', ')
      return [
        id,
        status.verdict.status,
        targetState,
        packets ?? unknown,
        drops ?? unknown,
        status.engine.phase,
        status.engine.restarts,
        findings,
      ]
    }),
  )

/** Mirrored traffic wrote this text: no control character of it may reach the terminal. */
export const toPrintable = (text: string): string =>
  text.replace(
    /[\p{Cc}\p{Cf}\u2028\u2029]/gu,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  )
