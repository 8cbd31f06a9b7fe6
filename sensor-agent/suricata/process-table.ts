import { readdir, readFile, readlink, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { decodeProcStat, TICKS_PER_SECOND } from '../read/proc-stat.ts'

/** What makes a process itself: a pid is reused, a pid with its start time in one boot is not. */
export interface ProcessIdentity {
  readonly pid: number
  /** Clock ticks from boot to the start of the process: field 22 of /proc/<pid>/stat (proc_pid_stat(5)). */
  readonly startTicks: number
  readonly bootId: string
}

/** The identity of a process that runs; null for none, and for one that is dead but not yet reaped. */
export async function readIdentity(pid: number): Promise<ProcessIdentity | null> {
  try {
    const status = decodeProcStat(await readFile(`/proc/${pid}/stat`, 'latin1'))
    const bootId = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim()
    return status === undefined || 'ZX'.includes(status.state) ? null : { pid, startTicks: status.startTicks, bootId }
  } catch {
    return null
  }
}

/** Whether this very process still runs. */
export async function isAlive(identity: ProcessIdentity): Promise<boolean> {
  const found = await readIdentity(identity.pid)
  return found !== null && isSameProcess(found, identity)
}

export const isSameProcess = (one: ProcessIdentity, other: ProcessIdentity): boolean =>
  one.pid === other.pid && one.startTicks === other.startTicks && one.bootId === other.bootId

/** How long a process has been running. */
export async function readAgeSeconds({ startTicks }: ProcessIdentity): Promise<number> {
  return Number.parseFloat(await readFile('/proc/uptime', 'latin1')) - startTicks / TICKS_PER_SECOND
}

export interface FoundEngine extends ProcessIdentity {
  /** It captures in our network namespace. */
  readonly here: boolean
}

/**
 * Processes that were started as the engine of this configuration file, in the order of their ids: a record can miss
 * one, when its agent died between the start and the writing. Those of another container, whose file of the same name
 * is another file, are none of ours. setpriv counts: it is about to become the engine.
 */
export async function findEngines(yamlPath: string, binary: string): Promise<readonly FoundEngine[]> {
  const engines: FoundEngine[] = []
  const here = await readlink('/proc/self/ns/net')
  for (const name of (await readdir('/proc')).filter((each) => /^\d+$/.test(each))) {
    const identity = (await isEngine(Number(name), yamlPath, binary)) ? await readIdentity(Number(name)) : null
    if (identity === null) continue
    const network = await readlink(`/proc/${name}/ns/net`).catch(() => null)
    engines.push({ ...identity, here: network === here })
  }
  return engines.sort((a, b) => a.pid - b.pid)
}

async function isEngine(pid: number, yamlPath: string, binary: string): Promise<boolean> {
  try {
    const args = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0')
    if (args[args.indexOf('-c') + 1] !== yamlPath || args.includes('-T')) return false
    // A package upgrade replaces the file under a running engine: the link then ends in " (deleted)".
    const exe = basename((await readlink(`/proc/${pid}/exe`)).replace(/ \(deleted\)$/, ''))
    if (exe !== basename(binary) && exe !== 'setpriv') return false
    const [theirs, ours] = await Promise.all([readFileId(pid, yamlPath), readFileId('self', yamlPath)])
    return theirs === ours
  } catch {
    return false
  }
}

/** Which file the path names for that process. */
async function readFileId(pid: number | 'self', path: string): Promise<string> {
  const { dev, ino } = await stat(`/proc/${pid}/root${path}`)
  return `${dev}:${ino}`
}
