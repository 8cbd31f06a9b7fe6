/** What a log line carries besides its message. Errors are written with their stack. */
export type Fields = Readonly<Record<string, unknown>>

export interface Log {
  readonly info: (fields: Fields, message: string) => void
  readonly error: (fields: Fields, message: string) => void
}

/** Errors have no enumerable fields, so JSON alone would make them `{}`. */
const toPlain = (_key: string, value: unknown): unknown => (value instanceof Error ? value.stack : value)

/** One JSON object: `time` in ISO 8601, `level`, `message`, then the fields. */
export const toLogLine = (time: Date, level: keyof Log, message: string, fields: Fields): string =>
  `${JSON.stringify({ time: time.toISOString(), level, message, ...fields }, toPlain)}\n`

/** A log that writes to stderr. @param now the wall clock */
export function createLog(now: () => Date): Log {
  const write = (level: keyof Log) => (fields: Fields, message: string) => {
    process.stderr.write(toLogLine(now(), level, message, fields))
  }
  return { info: write('info'), error: write('error') }
}
