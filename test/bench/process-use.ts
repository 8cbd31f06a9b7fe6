import { readFileSync } from 'node:fs'

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
