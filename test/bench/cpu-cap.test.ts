import { describe, expect, it } from 'vitest'
import { chooseHierarchy, toCapFiles } from './cpu-cap.ts'

interface Machine {
  readonly machine: string
  readonly files: Readonly<Record<string, string>>
  readonly root: string | undefined
}

describe('a CPU cap', () => {
  it('is a quota of each tenth of a second, in the words of either version', () => {
    expect(toCapFiles(2, 0.15)).toEqual([['cpu.max', '15000 100000']])
    expect(toCapFiles(1, 1.5)).toEqual([
      ['cpu.cfs_period_us', '100000'],
      ['cpu.cfs_quota_us', '150000'],
    ])
  })

  const choose = (files: Readonly<Record<string, string>>) =>
    chooseHierarchy(
      (path) => Object.hasOwn(files, path),
      (path) => files[path] ?? '',
    )

  const machines: readonly Machine[] = [
    { machine: 'v2', files: { '/sys/fs/cgroup/cgroup.controllers': 'cpuset cpu io\n' }, root: '/sys/fs/cgroup' },
    { machine: 'v1', files: { '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1' }, root: '/sys/fs/cgroup/cpu' },
    {
      machine: 'v2 beside v1, which holds the cpu controller',
      files: {
        '/sys/fs/cgroup/cgroup.controllers': 'cpuset\n',
        '/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us': '-1',
      },
      root: '/sys/fs/cgroup/cpu,cpuacct',
    },
    { machine: 'no cpu controller', files: { '/sys/fs/cgroup/cgroup.controllers': 'cpuset\n' }, root: undefined },
  ]

  it.each(machines)('finds the hierarchy of a machine with $machine', ({ files, root }) => {
    expect(choose(files)?.root).toBe(root)
  })
})
