import { toCount } from './small-file.ts'

/** A line of /proc/<pid>/stat or /proc/<pid>/task/<tid>/stat (proc_pid_stat(5)). */
export interface ProcStat {
  /** At most 15 characters; the process chooses them. */
  readonly name: string
  /** R running, S sleeping, D in the kernel, T stopped, t traced, Z zombie, X dead, I idle */
  readonly state: string
  /** User and system time in ticks. */
  readonly cpuTicks: number
  /** Start in ticks since boot: with the pid it names one process for good. */
  readonly startTicks: number
}

/** USER_HZ: 100 on every architecture that Suricata runs on. It is what /proc counts in, whatever the kernel's HZ. */
export const TICKS_PER_SECOND = 100

/** The name may hold spaces and parentheses, so it ends at the last `)`. Undefined when it is no such line. */
export function decodeProcStat(text: string): ProcStat | undefined {
  const open = text.indexOf('(')
  const close = text.lastIndexOf(')')
  if (open === -1 || close < open) return undefined
  // The first field after the name is field 3 of the manual page, the state.
  const fields = text
    .slice(close + 1)
    .trim()
    .split(/\s+/)
  const [userTicks, systemTicks, startTicks] = [14, 15, 22].map((field) => toCount(fields[field - 3]))
  const state = fields[0]
  if (state === undefined || userTicks === undefined || systemTicks === undefined || startTicks === undefined)
    return undefined
  return { name: text.slice(open + 1, close), state, cpuTicks: userTicks + systemTicks, startTicks }
}
