import { join } from 'node:path'
import type { Answer, InterfaceCounters } from '../sample/reading.ts'
import { answered, failed } from './answer.ts'
import { readSmallFile, toCount } from './small-file.ts'

const files = {
  receivedPackets: 'rx_packets',
  receivedBytes: 'rx_bytes',
  drops: 'rx_dropped',
  missed: 'rx_missed_errors',
  errors: 'rx_errors',
} as const satisfies Record<keyof InterfaceCounters, string>

/**
 * /sys/class/net/<interface>/statistics (Documentation/ABI/testing/sysfs-class-net-statistics). /sys shows the network
 * namespace in which it was mounted: under `nsenter --net` alone the interface seems to be missing.
 */
export function readInterfaceCounters(options: {
  readonly sysRoot: string
  readonly interfaceName: string
}): Answer<InterfaceCounters> {
  const folder = join(options.sysRoot, 'class/net', options.interfaceName, 'statistics')
  const counters = { receivedPackets: 0, receivedBytes: 0, drops: 0, missed: 0, errors: 0 }
  for (const field of ['receivedPackets', 'receivedBytes', 'drops', 'missed', 'errors'] as const) {
    const path = join(folder, files[field])
    const text = readSmallFile(path)
    if (!text.ok) return text
    const count = toCount(text.value.trim())
    if (count === undefined) return failed('SENSOR_FILE_UNKNOWN', path, 'count')
    counters[field] = count
  }
  return answered(counters)
}
