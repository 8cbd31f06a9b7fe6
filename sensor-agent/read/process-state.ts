import { join } from 'node:path'
import type { Answer } from '../sample/reading.ts'
import { answered, failed } from './answer.ts'
import { decodeProcStat, type ProcStat } from './proc-stat.ts'
import { readSmallFile } from './small-file.ts'

/** State, name and start of one process: what tells a stopped engine (T) from a busy one, and a recycled pid from ours. */
export function readProcessState(options: { readonly procRoot: string; readonly pid: number }): Answer<ProcStat> {
  const path = join(options.procRoot, String(options.pid), 'stat')
  const text = readSmallFile(path)
  if (!text.ok) return text
  const stat = decodeProcStat(text.value)
  return stat ? answered(stat) : failed('SENSOR_FILE_UNKNOWN', path, 'stat line')
}
