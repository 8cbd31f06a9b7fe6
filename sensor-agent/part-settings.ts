import { defaultLimits } from '../healthcheck/limits.ts'
import { defaultPatience } from '../healthcheck/steady.ts'
import type { Environment } from './config.ts'
import { toStatePaths } from './suricata/suricata-settings.ts'
import { agentVersion } from './version.ts'

/** A source that takes longer than this has failed; the socket's own deadline comes first, for it says more. */
const toSourceSeconds = (environment: Environment): number => environment.SENSOR_SOCKET_DEADLINE_SECONDS + 1

export const toSocketSettings = (environment: Environment) => ({
  path: toStatePaths(environment.SENSOR_STATE_DIR).socket,
  deadlineSeconds: environment.SENSOR_SOCKET_DEADLINE_SECONDS,
})

export const toSourceSettings = (environment: Environment) => ({
  deadlineSeconds: toSourceSeconds(environment),
  interfaceName: environment.SENSOR_INTERFACE,
  logDir: environment.SENSOR_LOG_DIR,
  procRoot: '/proc',
  sysRoot: '/sys',
})

export const toAgentSettings = (environment: Environment) => ({
  limits: { ...defaultLimits, receiveSilenceSeconds: environment.SENSOR_NO_TRAFFIC_SECONDS },
  patience: defaultPatience,
  sampleSeconds: environment.SENSOR_SAMPLE_SECONDS,
  windowSeconds: environment.SENSOR_WINDOW_SECONDS,
  rulesCheckSeconds: environment.SENSOR_RULES_CHECK_SECONDS,
  wedgedRestartSeconds: environment.SENSOR_WEDGED_RESTART_SECONDS,
})

export const toAppSettings = (environment: Environment) => ({
  identity: { environment, agentVersion, nodeVersion: process.versions.node },
  // Three samples missed, each of them as slow as a sample can be.
  staleAfterSeconds: 3 * (environment.SENSOR_SAMPLE_SECONDS + toSourceSeconds(environment)),
})
