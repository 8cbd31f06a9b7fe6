import { readdirSync, readFileSync } from 'node:fs'
import { isCaptureWorker } from '../../sensor-agent/sample/worker-busy.ts'

/** The memory that a process holds now (proc_pid_status(5), VmRSS). */
export const readResidentMebibytes = (pid: number): number =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024

/**
 * CPU seconds of all threads that a process has now, to the nanosecond: a trial is too short for ticks, and so is an agent's share.
 * @throws when the process has ended
 */
export const readThreadSeconds = (pid: number): number => sum(listThreads(pid).map(readSchedule))

/** CPU seconds of each thread of an engine that captures, in the order of their start. @throws when it has ended */
export const readWorkerSeconds = (pid: number): number[] =>
  listThreads(pid)
    .filter((thread) => isCaptureWorker(readFileSync(`${thread}/comm`, 'utf8')))
    .map(readSchedule)

const listThreads = (pid: number): string[] => readdirSync(`/proc/${pid}/task`).map((id) => `/proc/${pid}/task/${id}`)

/** The first number of a thread's schedstat is its time on the CPU (Documentation/scheduler/sched-stats.rst). */
const readSchedule = (thread: string): number => Number(readFileSync(`${thread}/schedstat`, 'utf8').split(' ')[0]) / 1e9

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
