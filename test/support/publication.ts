import type { CaptureWindow } from '../../healthcheck/capture.ts'
import type { Environment } from '../../sensor-agent/config.ts'
import { decodeEnvironment } from '../../sensor-agent/environment.ts'
import { type Reading, sources } from '../../sensor-agent/sample/reading.ts'
import type { Identity, Publication } from '../../sensor-agent/serve/publication.ts'
import { healthyWindow } from './capture-window.ts'

/** Settings with every default, and some changed. */
export function settings(changed: Partial<Environment> = {}): Environment {
  const decoded = decodeEnvironment({ SENSOR_ID: 'i-0abc' })
  if (!decoded.ok) throw new Error(decoded.complaints.join('; '))
  return { ...decoded.environment, ...changed }
}

export const identity = (changed: Partial<Environment> = {}): Identity => ({
  environment: settings(changed),
  agentVersion: '0.1.0',
  nodeVersion: '24.21.0',
})

/** A window in good health but for a loss that is easy to recognise, 0.1. */
export const calmWindow: CaptureWindow = {
  ...healthyWindow,
  capturePackets: 1000,
  captureDrops: 100,
  countersAgeSeconds: 0.5,
}

const worker = (thread: string) => ({ thread, capturePackets: 500, captureDrops: 50, decodedPackets: 450, polls: 9 })

/** Every source answered, the ENA driver included. */
export const fullReading: Reading = {
  atSeconds: 100,
  'dump-counters': {
    ok: true,
    value: {
      uptimeSeconds: 60,
      capturePackets: 1000,
      captureDrops: 100,
      decodedPackets: 1800,
      decodedBytes: 900_000,
      invalidPackets: 1,
      vxlanPackets: 900,
      genevePackets: 0,
      flows: 30,
      alerts: 2,
      reassemblyGaps: 3,
      refusedSegments: 4,
      wrongThreadPackets: 5,
      memcapDrops: 0,
      memcapPressureRatio: 0.25,
      rulesLoaded: 3,
      rulesFailed: 0,
      rulesLoadedTimestamp: 1.75e9,
      transactions: { http: 10, tls: 5, dns: 20 },
      workers: [worker('W#01-eth0'), worker('W#02-eth0')],
      compatible: null,
    },
  },
  'iface-stat': { ok: true, value: { packets: 1000, drops: 100, invalidChecksums: 0 } },
  interface: { ok: true, value: { receivedPackets: 1010, receivedBytes: 1e6, drops: 0, missed: 0, errors: 0 } },
  'own-traffic': { ok: true, value: { packets: 10, loopbackPackets: 4 } },
  softnet: { ok: true, value: { processed: 5000, drops: 0, squeezed: 4 } },
  'vxlan-device': { ok: true, value: { devices: 0, receivedPackets: 0, drops: 0, errors: 0 } },
  'packet-socket': { ok: true, value: { sockets: 2, drops: 100 } },
  'thread-cpu': {
    ok: true,
    value: [
      { thread: 'W#01-eth0', cpuSeconds: 3.5, switches: 35 },
      { thread: 'W#02-eth0', cpuSeconds: 2.5, switches: 25 },
    ],
  },
  ethtool: {
    ok: true,
    value: {
      supported: true,
      bandwidthInExceeded: 1,
      bandwidthOutExceeded: 2,
      packetsPerSecondExceeded: 3,
      conntrackExceeded: 4,
      linkLocalExceeded: 5,
    },
  },
  disk: { ok: true, value: { freeBytes: 5e9, totalBytes: 1e10 } },
  'eve-log': { ok: true, value: { bytes: 70_000, ageSeconds: 0.6 } },
}

/** A sensor in good health, published at second 100, and some of it changed. */
export const publication = (changed: Partial<Publication> = {}): Publication => ({
  atSeconds: 100,
  verdict: { ready: true, status: 'healthy', findings: [] },
  window: calmWindow,
  workers: {
    workers: 2,
    busyRatio: { max: 0.5, min: 0.3, mean: 0.4 },
    packetsPerSecond: { max: 60, min: 40, mean: 50 },
    dropsPerSecond: { max: 6, min: 4, mean: 5 },
    imbalanceRatio: 0.2,
  },
  reading: fullReading,
  engine: { phase: 'running', pid: 4711, version: '7.0.10', restarts: 1, adoptions: 2, landlocked: true },
  rejection: null,
  work: {
    samples: 60,
    samplesSkipped: 1,
    sampleDurationSeconds: 0.01,
    sourceFailures: {
      'dump-counters': 1,
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
    answeredSeconds: Object.fromEntries(sources.map((source) => [source, 99.5])),
    cpuSeconds: 1.5,
    residentBytes: 80e6,
  },
  group: null,
  ...changed,
})
