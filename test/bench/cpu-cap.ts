import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { waitUntil } from '../../infra/local/condition.ts'

/** A cgroup that gets a share of a core and no more. */
export interface CpuCap {
  /** With all its threads; children started later belong as well. */
  readonly add: (pid: number) => void
  /** Processes that are still there go back to where cgroups begin. */
  readonly remove: () => Promise<void>
}

export type Hierarchy = { readonly version: 1 | 2; readonly root: string }

const periodMicroseconds = 100_000

/** Files that set the cap (Documentation/scheduler/sched-bwc.rst; admin-guide/cgroup-v2.rst, cpu.max). In this order. */
export function toCapFiles(version: 1 | 2, cores: number): readonly (readonly [file: string, content: string])[] {
  const quota = String(Math.round(cores * periodMicroseconds))
  if (version === 2) return [['cpu.max', `${quota} ${periodMicroseconds}`]]
  return [
    ['cpu.cfs_period_us', String(periodMicroseconds)],
    ['cpu.cfs_quota_us', quota],
  ]
}

const candidates: readonly Hierarchy[] = [
  { version: 2, root: '/sys/fs/cgroup' },
  { version: 1, root: '/sys/fs/cgroup/cpu' },
  { version: 1, root: '/sys/fs/cgroup/cpu,cpuacct' },
]

/** @param exists whether a file is there; `cpu` may be a controller of either version, never of both */
export function chooseHierarchy(
  exists: (path: string) => boolean,
  read: (path: string) => string,
): Hierarchy | undefined {
  return candidates.find(({ version, root }) => {
    if (version === 1) return exists(`${root}/cpu.cfs_quota_us`)
    const controllers = `${root}/cgroup.controllers`
    return exists(controllers) && read(controllers).trim().split(/\s+/).includes('cpu')
  })
}

/** @throws when this machine has no cgroup with a CPU quota */
export function openCpuCap(name: string, cores: number): CpuCap {
  const hierarchy = chooseHierarchy(existsSync, (path) => readFileSync(path, 'utf8'))
  if (hierarchy === undefined) {
    throw new Error('no cgroup with a CPU quota was found below /sys/fs/cgroup; mount the cpu controller, v1 or v2')
  }
  const { version, root } = hierarchy
  // For groups below; nothing happens where it is on already.
  if (version === 2) writeFileSync(`${root}/cgroup.subtree_control`, '+cpu')
  const folder = `${root}/${name}`
  mkdirSync(folder)
  try {
    for (const [file, content] of toCapFiles(version, cores)) writeFileSync(`${folder}/${file}`, content)
  } catch (error) {
    rmdirSync(folder)
    throw error
  }
  return {
    add: (pid) => writeFileSync(`${folder}/cgroup.procs`, String(pid)),
    remove: () => removeGroup(root, folder),
  }
}

const removeSeconds = 10

/** A group with a process in it, be it one that is about to end, cannot be removed. */
async function removeGroup(root: string, folder: string): Promise<void> {
  await waitUntil({
    what: `the removal of ${folder}`,
    deadlineSeconds: removeSeconds,
    read: () => {
      if (!existsSync(folder)) return true
      for (const pid of readFileSync(`${folder}/cgroup.procs`, 'utf8').split('\n').filter(Boolean)) {
        attempt(() => writeFileSync(`${root}/cgroup.procs`, pid))
      }
      return attempt(() => rmdirSync(folder))
    },
    isDone: (removed) => removed,
  })
}

function attempt(work: () => void): boolean {
  try {
    work()
    return true
  } catch {
    return false
  }
}
