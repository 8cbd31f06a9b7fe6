import { readdirSync, readFileSync } from 'node:fs'

export interface ProcessUse {
  readonly atSeconds: number
  readonly cpuSeconds: number
  readonly residentMebibytes: number
}

/** USER_HZ is 100 on every Linux that Node runs on (time(7)). */
const ticksPerSecond = 100

/** What a process has used so far: user and system time, and the memory it holds now (proc_pid_stat(5), VmRSS). */
export function readProcessUse(pid: number): ProcessUse {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
  const resident = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return {
    atSeconds: performance.now() / 1000,
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond,
    residentMebibytes: Number(resident) / 1024,
  }
}

/**
 * CPU seconds of all threads that a process has now, to the nanosecond: a trial is too short for ticks. The first number
 * of a thread's schedstat is its time on the CPU (Documentation/scheduler/sched-stats.rst).
 * @throws when the process has ended
 */
export function readThreadSeconds(pid: number): number {
  const folder = `/proc/${pid}/task`
  return readdirSync(folder).reduce((sum, thread) => {
    const [onCpu] = readFileSync(`${folder}/${thread}/schedstat`, 'utf8').split(' ')
    return sum + Number(onCpu) / 1e9
  }, 0)
}

/**
 * Seconds that all CPUs of the machine spent in softirq, where packets cross a veth and are decapsulated (proc_stat(5)).
 * It is sampled at each tick, and belongs to nobody in particular.
 */
export function readSoftirqSeconds(): number {
  const [, , , , , , , softirq] = readFileSync('/proc/stat', 'utf8').split(/\s+/)
  return Number(softirq) / ticksPerSecond
}
