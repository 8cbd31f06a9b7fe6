/** A JSON object as it came: its members are not known yet. */
export type JsonObject = Readonly<Record<string, unknown>>

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The member at a path of names, or undefined. Own members only: a hostile `__proto__` is just a name. */
export function memberAt(root: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, name) => (isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined),
    root,
  )
}

/** A counter is a finite number of at least 0; JSON can also write 1e999, which parses as Infinity. */
export const isCounter = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0

export interface CounterReader {
  /** The first of the dotted names that is there; when none is, the first is remembered as missing and 0 given. */
  readonly required: (...names: readonly string[]) => number
  /** The sum of those that are there. */
  readonly sum: (...names: readonly string[]) => number
  /** Names that were required and are missing. */
  readonly missing: () => readonly string[]
}

/** Reads counters by dotted names; `prefix` is only put before the names that it reports as missing. */
export function counterReader(root: unknown, prefix = ''): CounterReader {
  const missing: string[] = []
  const counters = (names: readonly string[]) =>
    names.map((name) => memberAt(root, name.split('.'))).filter((value) => isCounter(value))
  return {
    required: (...names) => {
      const [counter] = counters(names)
      if (counter === undefined) missing.push(`${prefix}${names[0] ?? ''}`)
      return counter ?? 0
    },
    sum: (...names) => counters(names).reduce((total, counter) => total + counter, 0),
    missing: () => missing,
  }
}
