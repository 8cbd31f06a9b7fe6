import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Answer, ThreadCpu } from '../sample/reading.ts'
import { isCaptureWorker } from '../sample/worker-busy.ts'
import { answered, failed, toCause } from './answer.ts'
import { decodeProcStat, TICKS_PER_SECOND } from './proc-stat.ts'
import { readSmallFile } from './small-file.ts'

/**
 * CPU time of every thread of the engine, from /proc/<pid>/task. Threads that ended while we read are passed over. A
 * capture worker is one whose name starts with `W#` (`isCaptureWorker`); the rest are managers and the main thread.
 */
export function readThreadCpu(options: {
  readonly procRoot: string
  readonly pid: number
}): Answer<readonly ThreadCpu[]> {
  const folder = join(options.procRoot, String(options.pid), 'task')
  try {
    const threads = readdirSync(folder).flatMap((tid) => {
      const text = readSmallFile(join(folder, tid, 'stat'))
      const stat = text.ok ? decodeProcStat(text.value) : undefined
      if (!stat) return []
      const switches = isCaptureWorker(stat.name) ? readSwitches(join(folder, tid, 'status')) : 0
      return [{ thread: stat.name, cpuSeconds: stat.cpuTicks / TICKS_PER_SECOND, switches }]
    })
    return threads.length > 0 ? answered(threads) : failed('SENSOR_FILE_UNKNOWN', folder, 'thread with a stat line')
  } catch (error) {
    return failed('SENSOR_FILE_UNREADABLE', folder, toCause(error))
  }
}

/** `voluntary_ctxt_switches` and `nonvoluntary_ctxt_switches` of a status file (proc_pid_status(5)), added up. */
function readSwitches(path: string): number {
  const text = readSmallFile(path)
  const counts = text.ok ? text.value.matchAll(/^(?:non)?voluntary_ctxt_switches:\s*(\d{1,15})$/gm) : []
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0)
}
