import type { Answer, EnaAllowances } from '../sample/reading.ts'
import { answered, failed } from './answer.ts'
import { runProgram } from './program.ts'
import { toCount } from './small-file.ts'

/** Names as the ENA driver prints them (amzn-drivers, ENA_Linux_Best_Practices.rst; EC2 user guide, "Monitor network performance"). */
const names = {
  bandwidthInExceeded: 'bw_in_allowance_exceeded',
  bandwidthOutExceeded: 'bw_out_allowance_exceeded',
  packetsPerSecondExceeded: 'pps_allowance_exceeded',
  conntrackExceeded: 'conntrack_allowance_exceeded',
  linkLocalExceeded: 'linklocal_allowance_exceeded',
} as const satisfies Record<Exclude<keyof EnaAllowances, 'supported'>, string>

/**
 * Packets that the instance's allowances queued or dropped, by `ethtool -S`. Other drivers have no such counters
 * (`supported: false`), and some have none at all, for which ethtool exits with a failure of its own. It starts a process:
 * read it every 10 s.
 */
export async function readEnaAllowances(options: {
  readonly ethtool?: string
  readonly interfaceName: string
}): Promise<Answer<EnaAllowances>> {
  const { ethtool = 'ethtool', interfaceName } = options
  const end = await runProgram(ethtool, ['-S', interfaceName])
  const hasNone = /no stats available|Operation not supported/.test(end.stdout + end.stderr)
  if (end.exitCode !== 0 && !hasNone) return failed('SENSOR_PROGRAM_FAILED', `ethtool -S ${interfaceName}`, end.cause)
  return answered(decodeEnaAllowances(end.stdout))
}

/** `     name: value`, one a line. */
export function decodeEnaAllowances(text: string): EnaAllowances {
  const counters = new Map<string, number>()
  for (const line of text.split('\n')) {
    const [, name, value] = /^\s*([\w.-]+):\s*(\d+)\s*$/.exec(line) ?? []
    const count = toCount(value)
    if (name !== undefined && count !== undefined) counters.set(name, count)
  }
  const count = (field: keyof typeof names): number => counters.get(names[field]) ?? 0
  return {
    supported: Object.values(names).some((name) => counters.has(name)),
    bandwidthInExceeded: count('bandwidthInExceeded'),
    bandwidthOutExceeded: count('bandwidthOutExceeded'),
    packetsPerSecondExceeded: count('packetsPerSecondExceeded'),
    conntrackExceeded: count('conntrackExceeded'),
    linkLocalExceeded: count('linkLocalExceeded'),
  }
}
