import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { waitUntil } from './condition.ts'
import { type LoggedNames, readLoggedNames } from './eve-log.ts'
import { type Region, readSensors, type SensorView } from './region.ts'
import { type SensorStatus, toCaptured } from './sensor.ts'
import { isAllLogged, type Summary, toSummary } from './summary.ts'
import { type RoundRecord, type RoundSize, sendRound } from './traffic.ts'

/** From each source. Two sources make more than the 200 HTTP requests that a summary asks for. */
export const roundSize: RoundSize = { http: 120, https: 20, dns: 30 }
/** An engine alone takes a few seconds to load its rules; several regions may share the machine. */
const healthySeconds = 90
/** The engine's workers hand in their counters every three seconds (Suricata src/counters.c), so give them a few. */
const settleSeconds = 15

/** Waits until every target is healthy in the load balancer's eyes and every sensor in its own. */
export const waitUntilHealthy = (region: Region, signal?: AbortSignal): Promise<SensorView[]> =>
  waitForSensors(region, 'healthy', ({ verdict }) => verdict.status === 'healthy', signal)

/** Waits until every sensor is in service in both views. It may be degraded: that is for whoever looks to know. */
export const waitUntilReady = (region: Region, signal?: AbortSignal): Promise<SensorView[]> =>
  waitForSensors(region, 'ready', ({ verdict }) => verdict.ready, signal)

const waitForSensors = (
  region: Region,
  word: string,
  isDone: (status: SensorStatus) => boolean,
  signal: AbortSignal | undefined,
): Promise<SensorView[]> =>
  waitUntil({
    what: `every sensor ${word}`,
    deadlineSeconds: healthySeconds,
    read: () => readSensors(region),
    isDone: (sensors) => sensors.every((s) => s.targetState === 'healthy' && s.status !== null && isDone(s.status)),
    signal,
    describe: (sensors) => sensors.map(toWords).join('; '),
  })

/** One sensor in both views, with what it finds wrong with itself. */
export const toWords = ({ id, targetState, status }: SensorView): string => {
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

/** Counters before a round. */
export interface Baseline {
  readonly views: readonly SensorView[]
  readonly mirrored: Mirrored
}

/**
 * Counters run since the engines and mirrors started, and an engine's include what came between opening its socket and
 * attaching its filter: health checks. What a round did is the difference.
 */
export async function readBaseline(region: Region): Promise<Baseline> {
  const [views, mirrored] = await Promise.all([readSensors(region), readMirrored(region)])
  return { views, mirrored }
}

/** Waits for the logs and the counters to settle; when they do not, what they say by then is what counts. */
export async function observeRound(
  region: Region,
  sent: RoundRecord,
  baseline: Baseline,
  seconds: () => number,
): Promise<Summary> {
  await settle(
    () => readLogged(region),
    (logged) => isAllLogged(logged, sent),
  )
  const before = { captured: toTotal(baseline.views), mirrored: baseline.mirrored }
  await settle(
    async () => [(await readCaptured(region)).packets, (await readMirrored(region)).packets] as const,
    ([captured, mirrored]) => captured - before.captured.packets === mirrored - before.mirrored.packets,
  )
  const [views, logged, mirrored] = await Promise.all([readSensors(region), readLogged(region), readMirrored(region)])
  const captured = views.map((view, index) => toDifference(view, baseline.views[index]))
  const packets = captured.reduce((sum, sensor) => sum + sensor.packets, 0)
  const drops = captured.reduce((sum, sensor) => sum + sensor.drops, 0)
  return toSummary({
    sensors: views.map((view, index) => ({
      id: view.id,
      status: view.status?.verdict.status ?? 'silent',
      targetState: view.targetState,
      ...(captured[index] ?? { packets: 0, drops: 0 }),
      logged: logged[index] ?? { http: new Map(), tls: new Map(), dns: new Map() },
    })),
    sent,
    mirroredPackets: mirrored.packets - before.mirrored.packets,
    mirrorSkips: mirrored.skipped - before.mirrored.skipped,
    lossRatio: packets === 0 ? 0 : drops / packets,
    sampleHttpLog: await readSampleHttpLog(region),
    seconds: Math.round(seconds() * 10) / 10,
  })
}

const toDifference = (view: SensorView, before: SensorView | undefined): Captured => {
  const [now, then] = [toTotal([view]), toTotal(before ? [before] : [])]
  return { packets: now.packets - then.packets, drops: now.drops - then.drops }
}

/** Waits for a value to settle; one that does not is for the summary to complain about. */
const settle = <T>(read: () => Promise<T>, isDone: (value: T) => boolean): Promise<unknown> =>
  waitUntil({ what: 'settled', deadlineSeconds: settleSeconds, read, isDone, describe: () => '' }).catch(
    () => undefined,
  )

interface Mirrored {
  readonly packets: number
  readonly skipped: number
}
interface Captured {
  readonly packets: number
  readonly drops: number
}

/** What the traffic mirrors passed on so far. */
export async function readMirrored(region: Region): Promise<Mirrored> {
  const reports = await Promise.all(region.mirrors.map((mirror) => mirror.report()))
  return {
    packets: reports.reduce((sum, report) => sum + report.mirrored, 0),
    skipped: reports.reduce((sum, report) => sum + Object.values(report.skipped).reduce((a, b) => a + b, 0), 0),
  }
}

/** What the sensors captured so far. An engine that was replaced starts at zero. */
export async function readCaptured(region: Region): Promise<Captured> {
  return toTotal(await readSensors(region))
}

const toTotal = (views: readonly SensorView[]): Captured => ({
  packets: sumOf(views, 'packets'),
  drops: sumOf(views, 'drops'),
})

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
