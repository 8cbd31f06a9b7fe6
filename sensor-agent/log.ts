import { destination, pino } from 'pino'
import type { Environment } from './config.ts'
import type { Entry } from './journal.ts'

export interface Log {
  readonly entry: (entry: Entry) => void
  /** For what should not happen, with its stack. */
  readonly error: (error: unknown, doing: string) => void
  /** The last line: why the agent ends. */
  readonly fatal: (error: unknown) => void
}

/** JSON lines on stderr, written at once: the last line before an exit is the one that matters. */
export function createLog({ SENSOR_ID, SENSOR_LOG_LEVEL }: Environment): Log {
  const base = { sensor: SENSOR_ID, agentPid: process.pid }
  const formatters = { level: (level: string) => ({ level }) }
  const options = { level: SENSOR_LOG_LEVEL, base, formatters, timestamp: pino.stdTimeFunctions.isoTime }
  const log = pino(options, destination({ dest: 2, sync: true }))
  return {
    entry: ({ level, message, fields }) => log[level](fields, message),
    error: (error, doing) => log.error({ err: error }, `${doing} failed`),
    fatal: (error) => log.fatal({ err: error }, `the agent ends: ${error instanceof Error ? error.message : error}`),
  }
}
