import { join } from 'node:path'
import type { Answer, SoftnetCounters } from '../sample/reading.ts'
import { answered, failed } from './answer.ts'
import { readSmallFile } from './small-file.ts'

/** /proc/net/softnet_stat. It counts the CPUs of the whole machine, not of one network namespace. */
export function readSoftnet(options: { readonly procRoot: string }): Answer<SoftnetCounters> {
  const path = join(options.procRoot, 'net/softnet_stat')
  const text = readSmallFile(path)
  if (!text.ok) return text
  const counters = decodeSoftnet(text.value)
  return counters ? answered(counters) : failed('SENSOR_FILE_UNKNOWN', path, 'rows of hexadecimal counters')
}

/** One row a CPU in hexadecimal: processed, dropped, time_squeeze, … (net/core/net-procfs.c, softnet_seq_show). */
export function decodeSoftnet(text: string): SoftnetCounters | undefined {
  const rows = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => line.trim().split(/\s+/).slice(0, 3))
  const isRow = (row: readonly string[]) => row.length === 3 && row.every((field) => /^[0-9a-f]{1,16}$/i.test(field))
  if (rows.length === 0 || !rows.every(isRow)) return undefined
  const total = (column: number) => rows.reduce((sum, row) => sum + Number.parseInt(row[column] ?? '', 16), 0)
  return { processed: total(0), drops: total(1), squeezed: total(2) }
}
