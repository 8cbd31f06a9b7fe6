import type { Environment } from '../config.ts'
import { toVnis } from '../decapsulation.ts'

/** What of the sensor's settings shapes the engine's configuration. */
export interface SuricataSettings {
  readonly interface: string
  /** VNIs that the kernel decapsulates: the engine captures on the device of each, and on the interface only the rest. */
  readonly vnis: readonly number[]
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
  /** The only folder here that the engine may write: the rest is trusted by root. */
  run: `${stateDir}/run`,
  socket: `${stateDir}/run/suricata.socket`,
  /** What the engine prints before its log is open, and after it has closed. */
  output: `${stateDir}/suricata.output`,
  record: `${stateDir}/process.json`,
  owner: `${stateDir}/agent.json`,
  rules: `${stateDir}/rules`,
  activeRules: `${stateDir}/rules/active`,
  /** What has passed `suricata -T`. */
  passed: `${stateDir}/passed`,
  /** Scratch of one `suricata -T`. */
  trial: `${stateDir}/trial`,
})
export type StatePaths = ReturnType<typeof toStatePaths>

export function toSuricataSettings(environment: Environment): SuricataSettings {
  const paths = toStatePaths(environment.SENSOR_STATE_DIR)
  return {
    interface: environment.SENSOR_INTERFACE,
    vnis: toVnis(environment),
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
