import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type EventLine, type EventLines, startEventLines } from './event-lines.ts'
import type { MirroredWire } from './mirrored-wire.ts'

const program = fileURLToPath(new URL('supervisor-process.ts', import.meta.url))

/** One sensor's folders, in which supervisors come and go. */
export interface SupervisedSensor {
  readonly stateDir: string
  readonly logDir: string
  readonly rulesDir: string
  readonly start: (settings?: Readonly<Record<string, string>>) => EventLines
  /** Everything that a log holds, '' before it exists. */
  readonly log: (name: string) => string
  /** The lines of eve.json of one event type. */
  readonly events: (type: string) => readonly EventLine[]
  /** Ends engines that a failed test has left behind, by the configuration that only this sensor has. */
  readonly endEngines: () => void
}

export function makeSupervisedSensor(wire: MirroredWire, name: string): SupervisedSensor {
  const [stateDir, logDir, rulesDir] = [`${name}-state`, `${name}-log`, `${name}-rules`].map((each) =>
    join(wire.folder, each),
  ) as [string, string, string]
  mkdirSync(rulesDir)
  const log = (file: string) => (existsSync(join(logDir, file)) ? readFileSync(join(logDir, file), 'utf8') : '')
  return {
    stateDir,
    logDir,
    rulesDir,
    log,
    start: (settings = {}) =>
      startEventLines('ip', wire.inSensor(process.execPath, program), {
        PATH: process.env.PATH,
        SENSOR_ID: name,
        SENSOR_INTERFACE: wire.sensorInterface,
        SENSOR_CAPTURE_THREADS: '1',
        SENSOR_RING_MEBIBYTES: '8',
        SENSOR_HOME_NETS: '198.18.0.0/15',
        SENSOR_STATE_DIR: stateDir,
        SENSOR_LOG_DIR: logDir,
        SENSOR_RULES_DIRS: rulesDir,
        ...settings,
      }),
    events: (type) =>
      log('eve.json')
        .split('\n')
        // The last line may still be written.
        .slice(0, -1)
        .map((line): EventLine => JSON.parse(line))
        .filter((event) => event.event_type === type),
    endEngines: () => {
      for (const pid of enginesOf(stateDir)) process.kill(pid, 'SIGKILL')
    },
  }
}

/** Processes of Suricata whose configuration lies in this folder. */
export const enginesOf = (stateDir: string): readonly number[] =>
  execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(`suricata -c ${stateDir}/suricata.yaml`))
    .map((line) => Number.parseInt(line, 10))

export const isPhase = (phase: string) => (line: EventLine) => line.event === 'state' && line.phase === phase
