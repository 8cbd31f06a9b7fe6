import type { Answer, CaptureCounters, Reading, Source } from '../sample/reading.ts'
import { failed, toCause } from './answer.ts'
import type { Clock } from './clock.ts'
import { readDiskSpace } from './disk.ts'
import { readEnaAllowances } from './ethtool.ts'
import { readEveLog } from './eve-log.ts'
import { readInterfaceCounters } from './interface-counters.ts'
import { readOwnTraffic } from './own-traffic.ts'
import { readPacketSocket } from './packet-socket.ts'
import { seldom } from './seldom.ts'
import { readSoftnet } from './softnet.ts'
import type { SuricataSocket } from './suricata-socket.ts'
import { readThreadCpu } from './thread-cpu.ts'
import { unawaited } from './unawaited.ts'
import { readVxlanDevices } from './vxlan-devices.ts'

interface Options {
  readonly clock: Clock
  /** A source that takes longer has failed. Longer than the deadline of the socket, which says more. */
  readonly deadlineSeconds: number
  readonly socket: Pick<SuricataSocket, 'ask'>
  /** Process id of the engine; null while there is none. */
  readonly pid: () => number | null
  readonly interfaceName: string
  /** The vxlan devices, on which the engine captures besides the interface. */
  readonly deviceNames: readonly string[]
  readonly logDir: string
  readonly procRoot: string
  readonly sysRoot: string
}

/** `ss` and `ethtool` are processes of their own, and a disk does not fill in a second. */
const slowSeconds = 10

/** The engine writes to it every second. */
const eveSeconds = 2

/** What a sample waits for a socket that is known to be silent: time enough for an engine that has gone on. */
const silentWaitSeconds = 0.2
const isSilent = (answer: Answer<unknown>): boolean => !answer.ok && answer.code === 'SENSOR_SOCKET_SILENT'

type Value<S extends Source> = Reading[S] extends Answer<infer T> ? T : never
type Readers = { readonly [S in Source]: () => Answer<Value<S>> | Promise<Answer<Value<S>>> }

function toReaders(options: Options): Readers {
  const { clock, socket, pid, interfaceName, deviceNames, logDir, procRoot, sysRoot } = options
  const slow = <T>(source: Source, read: () => Promise<Answer<T>>, seconds = slowSeconds) =>
    seldom(read, seconds, clock, () => failed('SENSOR_SOURCE_SLOW', source, seconds))
  const engine = <T>(read: () => Promise<Answer<T>>) => unawaited(read, isSilent, silentWaitSeconds, clock)
  return {
    'dump-counters': engine(() => socket.ask('dump-counters')),
    'iface-stat': engine(() => readCaptureCounters(socket, [interfaceName, ...deviceNames])),
    interface: () => readInterfaceCounters({ sysRoot, interfaceName }),
    'own-traffic': () => readOwnTraffic({ procRoot, interfaceName, deviceNames }),
    softnet: () => readSoftnet({ procRoot }),
    'vxlan-device': () => readVxlanDevices({ procRoot, deviceNames }),
    'packet-socket': slow('packet-socket', () => readPacketSocket({ interfaceName, deviceNames })),
    'thread-cpu': () => {
      const process = pid()
      return process === null ? failed('SENSOR_ENGINE_ABSENT', 'thread-cpu') : readThreadCpu({ procRoot, pid: process })
    },
    ethtool: slow('ethtool', () => readEnaAllowances({ interfaceName })),
    disk: slow('disk', () => readDiskSpace({ folder: logDir })),
    'eve-log': slow('eve-log', () => readEveLog({ folder: logDir }), eveSeconds),
  }
}

/** `iface-stat` knows one interface; those of a sensor are added up. None counts for all: a part would read as a restart. */
async function readCaptureCounters(
  socket: Options['socket'],
  names: readonly string[],
): Promise<Answer<CaptureCounters>> {
  const total = { packets: 0, drops: 0, invalidChecksums: 0 }
  for (const answer of await Promise.all(names.map((iface) => socket.ask('iface-stat', { iface })))) {
    if (!answer.ok) return answer
    total.packets += answer.value.packets
    total.drops += answer.value.drops
    total.invalidChecksums += answer.value.invalidChecksums
  }
  return { ok: true, value: total }
}

/**
 * Reads all the sources at one instant. Never rejects: a reader that throws is a source that failed.
 *
 * `iface-stat` is asked first, because the socket answers one question at a time and this one must not wait for the long
 * reply to the other. Its reply still comes after the interface was read, so a packet can be captured and not yet received,
 * and hardly ever the other way round.
 */
export function openSources(options: Options): () => Promise<Reading> {
  const readers = toReaders(options)
  const answer = async <S extends Source>(source: S) => guarded(source, options, readers[source])
  return async () => {
    const atSeconds = options.clock.nowSeconds()
    const answers = await Promise.all([
      answer('iface-stat'),
      answer('dump-counters'),
      answer('interface'),
      answer('own-traffic'),
      answer('softnet'),
      answer('vxlan-device'),
      answer('packet-socket'),
      answer('thread-cpu'),
      answer('ethtool'),
      answer('disk'),
      answer('eve-log'),
    ])
    const [iface, dump, line, own, softnet, devices, packetSocket, threads, ethtool, disk, eve] = answers
    return {
      atSeconds,
      'dump-counters': dump,
      'iface-stat': iface,
      interface: line,
      'own-traffic': own,
      softnet,
      'vxlan-device': devices,
      'packet-socket': packetSocket,
      'thread-cpu': threads,
      ethtool,
      disk,
      'eve-log': eve,
    }
  }
}

/** A reader that throws or never ends has a fault in it; the other sources and the loop must not pay for that. */
async function guarded<T>(
  source: Source,
  { clock, deadlineSeconds }: Pick<Options, 'clock' | 'deadlineSeconds'>,
  read: () => Answer<T> | Promise<Answer<T>>,
): Promise<Answer<T>> {
  let cancel = () => {}
  const late = new Promise<Answer<T>>((settle) => {
    cancel = clock.after(deadlineSeconds, () => settle(failed('SENSOR_SOURCE_SLOW', source, deadlineSeconds)))
  })
  try {
    return await Promise.race([read(), late])
  } catch (error) {
    return failed('SENSOR_SOURCE_BROKEN', source, toCause(error))
  } finally {
    cancel()
  }
}
