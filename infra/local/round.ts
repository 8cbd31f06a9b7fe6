import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { waitUntil } from './condition.ts'
import { type LoggedNames, readLoggedNames } from './eve-log.ts'
import { type Region, readSensors, type SensorView } from './region.ts'
import { toCaptured } from './sensor.ts'
import { isAllLogged, type Summary, toSummary } from './summary.ts'
import { type RoundRecord, type RoundSize, sendRound } from './traffic.ts'

/** From each source. Two sources make more than the 200 HTTP requests that a summary asks for. */
export const roundSize: RoundSize = { http: 120, https: 20, dns: 30 }
const healthySeconds = 45
/** The engine's workers hand in their counters every three seconds (Suricata src/counters.c), so give them a few. */
const settleSeconds = 15

/** Waits until every target is healthy in the load balancer's eyes and every sensor in its own. */
export const waitUntilHealthy = (region: Region): Promise<SensorView[]> =>
  waitUntil({
    what: 'every sensor healthy',
    deadlineSeconds: healthySeconds,
    read: () => readSensors(region),
    isDone: (sensors) => sensors.every((s) => s.targetState === 'healthy' && s.status?.verdict.status === 'healthy'),
    describe: (sensors) => sensors.map(toWords).join('; '),
  })

const toWords = ({ id, targetState, status }: SensorView): string => {
  const findings = status?.verdict.findings.map(({ reason }) => reason).join(', ')
  return `${id} ${status?.verdict.status ?? 'silent'} (${findings || 'no findings'}), target ${targetState}`
}

/** One round from every source at once. @param tag names the round in the sensors' logs */
export async function sendRounds(region: Region, size: RoundSize, tag: string): Promise<RoundRecord> {
  const records = await Promise.all(
    region.plan.sources.map((source) => sendRound(region.plan, source, size, `${tag}-${source.name}`)),
  )
  return {
    http: records.flatMap((record) => record.http),
    https: records.flatMap((record) => record.https),
    dns: records.flatMap((record) => record.dns),
  }
}

/** Reads how often each request was logged, sensor by sensor. */
export const readLogged = (region: Region): Promise<LoggedNames[]> =>
  Promise.all(region.sensors.map((sensor) => readLoggedNames(`${sensor.logFolder}/eve.json`)))

/** Waits for the logs and the counters to settle; when they do not, what they say by then is what counts. */
export async function observeRound(region: Region, sent: RoundRecord, seconds: () => number): Promise<Summary> {
  await settle(
    () => readLogged(region),
    (logged) => isAllLogged(logged, sent),
  )
  await settle(
    async () => (await readCaptured(region)).packets === (await readMirrored(region)).packets,
    (equal) => equal,
  )
  const [views, logged, mirrored] = await Promise.all([readSensors(region), readLogged(region), readMirrored(region)])
  const captured = toTotal(views)
  return toSummary({
    sensors: views.map((view, index) => ({
      id: view.id,
      status: view.status?.verdict.status ?? 'silent',
      targetState: view.targetState,
      ...(view.status ? toCaptured(view.status) : { packets: 0, drops: 0 }),
      logged: logged[index] ?? { http: new Map(), tls: new Map(), dns: new Map() },
    })),
    sent,
    mirroredPackets: mirrored.packets,
    mirrorSkips: mirrored.skipped,
    lossRatio: captured.packets === 0 ? 0 : captured.drops / captured.packets,
    sampleHttpLog: await readSampleHttpLog(region),
    seconds: Math.round(seconds() * 10) / 10,
  })
}

/** Waits for a value to settle; one that does not is for the summary to complain about. */
const settle = <T>(read: () => Promise<T>, isDone: (value: T) => boolean): Promise<unknown> =>
  waitUntil({ what: 'settled', deadlineSeconds: settleSeconds, read, isDone, describe: () => '' }).catch(
    () => undefined,
  )

/** What the traffic mirrors passed on so far. */
export async function readMirrored(region: Region): Promise<{ packets: number; skipped: number }> {
  const reports = await Promise.all(region.mirrors.map((mirror) => mirror.report()))
  return {
    packets: reports.reduce((sum, report) => sum + report.mirrored, 0),
    skipped: reports.reduce((sum, report) => sum + Object.values(report.skipped).reduce((a, b) => a + b, 0), 0),
  }
}

/** What the sensors captured so far. An engine that was replaced starts at zero. */
export async function readCaptured(region: Region): Promise<{ packets: number; drops: number }> {
  return toTotal(await readSensors(region))
}

const toTotal = (views: readonly SensorView[]) => ({ packets: sumOf(views, 'packets'), drops: sumOf(views, 'drops') })

const sumOf = (views: readonly SensorView[], field: 'packets' | 'drops'): number =>
  views.reduce((sum, view) => sum + (view.status ? toCaptured(view.status)[field] : 0), 0)

/** The first line of the first http.log that has one. */
async function readSampleHttpLog(region: Region): Promise<string> {
  for (const sensor of region.sensors) {
    const lines = createInterface({ input: createReadStream(`${sensor.logFolder}/http.log`) })
    try {
      for await (const line of lines) return line
    } catch {
      // No http.log: this sensor got no HTTP.
    } finally {
      lines.close()
    }
  }
  return ''
}
