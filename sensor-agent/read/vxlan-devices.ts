import { join } from 'node:path'
import type { Answer, VxlanDeviceCounters } from '../sample/reading.ts'
import { answered, failed } from './answer.ts'
import { decodeNetDev } from './net-dev.ts'
import { readSmallFile } from './small-file.ts'

/** The devices with which the kernel decapsulates, added up from /proc/net/dev: one read, however many there are. */
export function readVxlanDevices(options: {
  readonly procRoot: string
  readonly deviceNames: readonly string[]
}): Answer<VxlanDeviceCounters> {
  const total = { devices: options.deviceNames.length, receivedPackets: 0, drops: 0, errors: 0 }
  if (total.devices === 0) return answered(total)
  const path = join(options.procRoot, 'net/dev')
  const text = readSmallFile(path)
  if (!text.ok) return text
  const rows = new Map(decodeNetDev(text.value)?.map((row) => [row.name, row]))
  for (const name of options.deviceNames) {
    const row = rows.get(name)
    if (row === undefined) return failed('SENSOR_FILE_UNKNOWN', path, `row of ${name}`)
    total.receivedPackets += row.receivedPackets
    total.drops += row.drops
    total.errors += row.errors
  }
  return answered(total)
}
