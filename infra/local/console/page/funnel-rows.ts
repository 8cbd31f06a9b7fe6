import type { FleetView, PlaceView } from '../messages.ts'
import { toCount, toPercent, toRate } from './words.ts'

export interface PlaceMeaning {
  readonly title: string
  readonly meaning: string
}

/** What is lost at each place (“packets that …”), for whoever has not read the kernel. */
const meanings: Readonly<Record<string, PlaceMeaning>> = {
  'mirror-skip': {
    title: 'Mirror skip',
    meaning: 'met the filter, but gave way to the source’s own traffic and were never copied',
  },
  'load-balancer': {
    title: 'Load balancer',
    meaning: 'were refused because there was no target to send them to',
  },
  'silent-sensor': {
    title: 'Silent sensor',
    meaning:
      'the load balancer sent to a sensor that does not answer, or has no engine: nobody is known to have captured them',
  },
  'ena-allowance': {
    title: 'ENA allowance',
    meaning: 'AWS queued or dropped because the instance used up its bandwidth, packet or connection allowance',
  },
  interface: {
    title: 'Interface',
    meaning: 'the sensor’s network interface dropped: no buffer free, or a frame with errors',
  },
  softnet: {
    title: 'Softnet backlog',
    meaning: 'found the kernel’s queue of a CPU full; counts the whole machine',
  },
  'vxlan-device': {
    title: 'VXLAN device',
    meaning: 'the device that takes the VXLAN envelope off refused',
  },
  'af-packet': {
    title: 'AF_PACKET ring',
    meaning: 'found the ring that a Suricata worker reads from full: the worker was too slow',
  },
  'decoder-invalid': {
    title: 'Decoder',
    meaning: 'Suricata could not decode',
  },
  memcap: {
    title: 'Memory caps',
    meaning: 'Suricata refused because a memory limit was reached',
  },
  stream: {
    title: 'Stream reassembly',
    meaning: 'carried TCP segments that reassembly could not take',
  },
  'stream-gap': {
    title: 'Stream gaps',
    meaning: 'are missing in TCP streams: a trace of a loss further up, perhaps in front of the sensor',
  },
  'wrong-thread': {
    title: 'Wrong thread',
    meaning: 'came to another worker than the rest of their flow: a trace of disorder, not a loss',
  },
}

export const toPlaceMeaning = (place: string): PlaceMeaning => meanings[place] ?? { title: place, meaning: '' }

export interface FunnelRow extends PlaceView, PlaceMeaning {
  /** Lengths of the bar, 0..1 of the place with the most packets: what went on, and what was lost. */
  readonly passedShare: number
  readonly droppedShare: number
  /** Drops over packets, 0..1; null where one is not counted. */
  readonly ratio: number | null
}

/** A place that counts drops only still shows them, against the most packets that any place counts. */
export function toFunnelRows(funnel: readonly PlaceView[]): readonly FunnelRow[] {
  const most = Math.max(0, ...funnel.map(({ packetsPerSecond }) => packetsPerSecond ?? 0))
  const toShare = (perSecond: number) => (most === 0 ? 0 : Math.min(1, Math.max(0, perSecond) / most))
  return funnel.map((place) => {
    const { packetsPerSecond: packets, dropsPerSecond: drops } = place
    return {
      ...place,
      ...toPlaceMeaning(place.place),
      passedShare: toShare((packets ?? 0) - (drops ?? 0)),
      droppedShare: toShare(drops ?? 0),
      ratio: packets === null || drops === null ? null : packets === 0 ? 0 : drops / packets,
    }
  })
}

/** The funnel in one sentence. @param lossRatio 0..1 */
export function toFunnelSentence({ funnel, windowSeconds }: FleetView, lossRatio: number | null): string {
  const places = funnel.filter(({ isTrace }) => !isTrace)
  const dark = places.filter(({ dropsPerSecond }) => dropsPerSecond === null).length
  const rest = dark === 0 ? '' : ` ${toCount(dark, 'place')} cannot be counted from here.`
  if (dark === places.length) return `No place can be counted from here now.`
  const losing = places
    .filter(({ dropsPerSecond }) => (dropsPerSecond ?? 0) > 0)
    .sort((a, b) => (b.dropsPerSecond ?? 0) - (a.dropsPerSecond ?? 0))
  const [worst] = losing
  if (worst === undefined) return `In the last ${windowSeconds} s nothing was lost at a place that counts.${rest}`
  const ratio = lossRatio === null || lossRatio === 0 ? '' : ` (${toPercent(lossRatio)} of the fleet’s packets)`
  const sum = losing.reduce((total, { dropsPerSecond }) => total + (dropsPerSecond ?? 0), 0)
  const where =
    losing.length === 1
      ? `all at: ${toPlaceMeaning(worst.place).title}`
      : `most at: ${toPlaceMeaning(worst.place).title}, ${toRate(worst.dropsPerSecond)}`
  return `In the last ${windowSeconds} s, ${toRate(sum)} packets/s were lost${ratio}, ${where}.${rest}`
}
