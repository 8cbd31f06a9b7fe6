import type { Limits } from '../healthcheck/capture.ts'
import { defaultLimits } from '../healthcheck/limits.ts'
import { defaultPatience } from '../healthcheck/steady.ts'
import type { Environment } from './config.ts'
import { toDeviceNames } from './decapsulation.ts'
import type { CompatibleThreads } from './read/compatible-counters.ts'
import { deadlines } from './suricata/lifecycle.ts'
import { toStatePaths } from './suricata/suricata-settings.ts'
import { agentVersion } from './version.ts'

/** A source that takes longer than this has failed; the socket's own deadline comes first, for it says more. */
const toSourceSeconds = (environment: Environment): number => environment.SENSOR_SOCKET_DEADLINE_SECONDS + 1

export const toSocketSettings = (environment: Environment) => ({
  path: toStatePaths(environment.SENSOR_STATE_DIR).socket,
  deadlineSeconds: environment.SENSOR_SOCKET_DEADLINE_SECONDS,
  compatible: toCompatibleThreads(environment),
})

const toCompatibleThreads = ({ SENSOR_METRICS, SENSOR_METRICS_PER_THREAD }: Environment): CompatibleThreads | null =>
  SENSOR_METRICS === 'default' ? null : SENSOR_METRICS_PER_THREAD ? 'each' : 'total'

export const toSourceSettings = (environment: Environment) => ({
  deadlineSeconds: toSourceSeconds(environment),
  interfaceName: environment.SENSOR_INTERFACE,
  deviceNames: toDeviceNames(environment),
  logDir: environment.SENSOR_LOG_DIR,
  procRoot: '/proc',
  sysRoot: '/sys',
})

/**
 * The default limits are for a sample a second and replies within 2 s. Samples that come more rarely see a standstill later
 * by so much, and two replies in a row that are late but come are no silence.
 */
export function toLimits(environment: Environment): Limits {
  const laterSeconds = environment.SENSOR_SAMPLE_SECONDS - 1
  const twoDeadlines = 2 * environment.SENSOR_SOCKET_DEADLINE_SECONDS
  return {
    ...defaultLimits,
    socketSilentSeconds: Math.max(
      defaultLimits.socketSilentSeconds + laterSeconds,
      twoDeadlines + environment.SENSOR_SAMPLE_SECONDS,
    ),
    engineStandstillSeconds: defaultLimits.engineStandstillSeconds + laterSeconds,
    captureStandstillSeconds: defaultLimits.captureStandstillSeconds + laterSeconds,
    countersAgeSeconds: defaultLimits.countersAgeSeconds + laterSeconds,
    receiveSilenceSeconds: environment.SENSOR_NO_TRAFFIC_SECONDS,
  }
}

export const toAgentSettings = (environment: Environment) => ({
  limits: toLimits(environment),
  patience: defaultPatience,
  sampleSeconds: environment.SENSOR_SAMPLE_SECONDS,
  windowSeconds: environment.SENSOR_WINDOW_SECONDS,
  rulesCheckSeconds: environment.SENSOR_RULES_CHECK_SECONDS,
  stuckPatience: {
    brokenSeconds: environment.SENSOR_WEDGED_RESTART_SECONDS,
    // A blocking reload takes as long as a start: both load all the rules.
    silentSeconds: Math.max(deadlines.startSeconds, environment.SENSOR_WEDGED_RESTART_SECONDS),
  },
})

export const toAppSettings = (environment: Environment) => ({
  identity: { environment, agentVersion, nodeVersion: process.versions.node },
  // Three samples missed, each of them as slow as a sample can be.
  staleAfterSeconds: 3 * (environment.SENSOR_SAMPLE_SECONDS + toSourceSeconds(environment)),
})
