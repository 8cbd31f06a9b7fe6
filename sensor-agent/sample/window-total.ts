import { type Counters, type Rate, toTotal } from './rate.ts'
import type { Answer, Reading } from './reading.ts'

/** Chooses counters out of one reading; null where their source failed. */
export type Pick = (reading: Reading) => readonly number[] | null

export const known = <T>(answer: Answer<T>): T | null => (answer.ok ? answer.value : null)

/**
 * What was counted over a row of readings, oldest first. A failure in between is bridged, because counters go on without
 * us. Null when the source failed in the last reading, or answered less than twice: then nothing is known of now.
 */
export function toWindowTotal(readings: readonly Reading[], pick: Pick): Rate | null {
  const counters: Counters[] = []
  for (const reading of readings) {
    const values = pick(reading)
    if (values !== null) counters.push({ atSeconds: reading.atSeconds, values })
  }
  return counters.at(-1)?.atSeconds === readings.at(-1)?.atSeconds ? toTotal(counters) : null
}

const received: Pick = ({ interface: line, 'own-traffic': own }) =>
  line.ok && own.ok ? [line.value.receivedPackets] : null

/**
 * Packets that the capture interface received, less those of the node's own protocols on it. Never negative: the files are
 * read one after the other, so a health check can show in one of them a sample before it shows in the other.
 */
export function toReceivedPackets(readings: readonly Reading[]): number | null {
  const total = toWindowTotal(readings, received)
  if (total === null) return null
  const owns = readings.flatMap((reading) => known(reading['own-traffic']) ?? [])
  const first = owns.at(0)
  const last = owns.at(-1)
  if (first === undefined || last === undefined) return null
  const loopback = Math.max(0, last.loopbackPackets - first.loopbackPackets)
  const ownPackets = Math.max(0, last.packets - first.packets - loopback)
  return Math.max(0, (total.counts[0] ?? 0) - ownPackets)
}

/** AF_PACKET packets and drops: `iface-stat` is live, `dump-counters` a snapshot for when the first one fails. Never a mix. */
export function toCaptureTotal(readings: readonly Reading[]): Rate | null {
  const live: Pick = ({ 'iface-stat': answer }) => (answer.ok ? [answer.value.packets, answer.value.drops] : null)
  const snapshot: Pick = ({ 'dump-counters': answer }) =>
    answer.ok ? [answer.value.capturePackets, answer.value.captureDrops] : null
  return toWindowTotal(readings, live) ?? toWindowTotal(readings, snapshot)
}
