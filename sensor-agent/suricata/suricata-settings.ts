import type { Environment } from '../config.ts'

/** What of the sensor's settings shapes the engine's configuration. */
export interface SuricataSettings {
  readonly interface: string
  /** 0 lets the engine take one per core. */
  readonly captureThreads: number
  /** Ring of each capture thread. */
  readonly ringMebibytes: number
  /** Addresses or CIDRs. */
  readonly homeNets: readonly string[]
  readonly logDir: string
  readonly stateDir: string
  readonly socketPath: string
  /** Folder whose *.rules the engine loads. */
  readonly rulesDir: string
  /** Where the engine's own log goes: a file among the logs, or JSON lines on stderr for a program to read. */
  readonly engineLog: 'file' | 'stderr-json'
}

/** Where the supervisor keeps what, below SENSOR_STATE_DIR. */
export const toStatePaths = (stateDir: string) => ({
  yaml: `${stateDir}/suricata.yaml`,
  socket: `${stateDir}/suricata.socket`,
  /** What the engine prints before its log is open, and after it has closed. */
  output: `${stateDir}/suricata.output`,
  record: `${stateDir}/process.json`,
  owner: `${stateDir}/agent.json`,
  rules: `${stateDir}/rules`,
  activeRules: `${stateDir}/rules/active`,
  /** Scratch of one `suricata -T`. */
  trial: `${stateDir}/trial`,
})
export type StatePaths = ReturnType<typeof toStatePaths>

export function toSuricataSettings(environment: Environment): SuricataSettings {
  const paths = toStatePaths(environment.SENSOR_STATE_DIR)
  return {
    interface: environment.SENSOR_INTERFACE,
    captureThreads: environment.SENSOR_CAPTURE_THREADS,
    ringMebibytes: environment.SENSOR_RING_MEBIBYTES,
    homeNets: environment.SENSOR_HOME_NETS.split(','),
    logDir: environment.SENSOR_LOG_DIR,
    stateDir: environment.SENSOR_STATE_DIR,
    socketPath: paths.socket,
    rulesDir: paths.activeRules,
    engineLog: 'file',
  }
}
