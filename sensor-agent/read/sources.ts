import type { Answer, Reading, Source } from '../sample/reading.ts'
import { failed, toCause } from './answer.ts'
import type { Clock } from './clock.ts'
import { readDiskSpace } from './disk.ts'
import { readEnaAllowances } from './ethtool.ts'
import { readInterfaceCounters } from './interface-counters.ts'
import { readOwnTraffic } from './own-traffic.ts'
import { readPacketSocket } from './packet-socket.ts'
import { seldom } from './seldom.ts'
import { readSoftnet } from './softnet.ts'
import type { SuricataSocket } from './suricata-socket.ts'
import { readThreadCpu } from './thread-cpu.ts'

interface Options {
  readonly clock: Clock
  /** A source that takes longer has failed. Longer than the deadline of the socket, which says more. */
  readonly deadlineSeconds: number
  readonly socket: Pick<SuricataSocket, 'ask'>
  /** Process id of the engine; null while there is none. */
  readonly pid: () => number | null
  readonly interfaceName: string
  readonly logDir: string
  readonly procRoot: string
  readonly sysRoot: string
}

/** `ss` and `ethtool` are processes of their own, and a disk does not fill in a second. */
const slowSeconds = 10

type Value<S extends Source> = Reading[S] extends Answer<infer T> ? T : never
type Readers = { readonly [S in Source]: () => Answer<Value<S>> | Promise<Answer<Value<S>>> }

function toReaders(options: Options): Readers {
  const { clock, socket, pid, interfaceName, logDir, procRoot, sysRoot } = options
  const slow = <T>(source: Source, read: () => Promise<Answer<T>>) =>
    seldom(read, slowSeconds, clock, () => failed('SENSOR_SOURCE_SLOW', source, slowSeconds))
  return {
    'dump-counters': () => socket.ask('dump-counters'),
    'iface-stat': () => socket.ask('iface-stat', { iface: interfaceName }),
    interface: () => readInterfaceCounters({ sysRoot, interfaceName }),
    'own-traffic': () => readOwnTraffic({ procRoot, interfaceName }),
    softnet: () => readSoftnet({ procRoot }),
    'packet-socket': slow('packet-socket', () => readPacketSocket({ interfaceName })),
    'thread-cpu': () => {
      const engine = pid()
      return engine === null ? failed('SENSOR_ENGINE_ABSENT', 'thread-cpu') : readThreadCpu({ procRoot, pid: engine })
    },
    ethtool: slow('ethtool', () => readEnaAllowances({ interfaceName })),
    disk: slow('disk', () => readDiskSpace({ folder: logDir })),
  }
}

/** Reads all the sources at one instant. Never rejects: a reader that throws is a source that failed. */
export function openSources(options: Options): () => Promise<Reading> {
  const readers = toReaders(options)
  const answer = async <S extends Source>(source: S) => guarded(source, options, readers[source])
  return async () => {
    const atSeconds = options.clock.nowSeconds()
    const answers = await Promise.all([
      answer('dump-counters'),
      answer('iface-stat'),
      answer('interface'),
      answer('own-traffic'),
      answer('softnet'),
      answer('packet-socket'),
      answer('thread-cpu'),
      answer('ethtool'),
      answer('disk'),
    ])
    const [dump, iface, line, own, softnet, packetSocket, threads, ethtool, disk] = answers
    return {
      atSeconds,
      'dump-counters': dump,
      'iface-stat': iface,
      interface: line,
      'own-traffic': own,
      softnet,
      'packet-socket': packetSocket,
      'thread-cpu': threads,
      ethtool,
      disk,
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
