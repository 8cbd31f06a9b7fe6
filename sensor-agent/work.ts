import { toFailures } from './sample/failures.ts'
import { type Reading, sources } from './sample/reading.ts'
import type { AgentWork } from './serve/publication.ts'

/** What the agent has done since it started; what it used of the machine is measured elsewhere. */
export type Work = Omit<AgentWork, 'cpuSeconds' | 'residentBytes'>

export const idle: Work = {
  samples: 0,
  samplesSkipped: 0,
  sampleDurationSeconds: 0,
  sourceFailures: {
    'dump-counters': 0,
    'iface-stat': 0,
    interface: 0,
    'own-traffic': 0,
    softnet: 0,
    'vxlan-device': 0,
    'packet-socket': 0,
    'thread-cpu': 0,
    ethtool: 0,
    disk: 0,
    'eve-log': 0,
  },
  answeredSeconds: {},
}

/** One more sample. `skipped` are those that the one before it left no time for. */
export function nextWork(work: Work, reading: Reading, skipped: number, durationSeconds: number): Work {
  const sourceFailures = { ...work.sourceFailures }
  for (const [source] of toFailures(reading)) sourceFailures[source] += 1
  const answeredSeconds = { ...work.answeredSeconds }
  for (const source of sources) {
    if (reading[source].ok) answeredSeconds[source] = reading.atSeconds
    else answeredSeconds[source] ??= reading.atSeconds
  }
  return {
    samples: work.samples + 1,
    samplesSkipped: work.samplesSkipped + skipped,
    sampleDurationSeconds: durationSeconds,
    sourceFailures,
    answeredSeconds,
  }
}
