import { isIP } from 'node:net'
import type { TSchema } from 'typebox'
import { Check } from 'typebox/value'
import { Environment } from './config.ts'
import { nearestName } from './nearest-name.ts'
import { toPrintable } from './printable.ts'

export type Decoded =
  | { readonly ok: true; readonly environment: Environment }
  | { readonly ok: false; readonly complaints: readonly string[] }

type Scalar = string | number | boolean
interface Scaled {
  readonly default?: Scalar
  readonly minimum?: number
  readonly maximum?: number
  readonly pattern?: string
}
type Setting = TSchema & Scaled & (Typed | Choice)
type Typed = { readonly type: 'integer' | 'number' | 'boolean' | 'string' }
type Choice = { readonly type?: never; readonly anyOf: readonly { readonly const: string }[] }

/** A setting of a kind that this file cannot read does not compile. */
const settings: Readonly<Record<string, Setting>> = Environment.properties

interface Kind {
  /** `undefined` for text that is not of this kind. */
  readonly parse: (text: string) => Scalar | undefined
  readonly allowed: (setting: Scaled) => string
}

const kinds: Readonly<Record<Typed['type'], Kind>> = {
  // One spelling per number: "10x", "1e3", "0x10" and " 10" are slips, not numbers.
  integer: {
    parse: (text) => (/^(0|-?[1-9]\d{0,14})$/.test(text) ? Number(text) : undefined),
    allowed: ({ minimum, maximum }) => `a whole number from ${minimum} to ${maximum}`,
  },
  number: {
    parse: (text) => (/^-?(0|[1-9]\d{0,14})(\.\d{1,15})?$/.test(text) ? Number(text) : undefined),
    allowed: ({ minimum, maximum }) => `a number from ${minimum} to ${maximum}`,
  },
  boolean: {
    parse: (text) => (text === 'true' ? true : text === 'false' ? false : undefined),
    allowed: () => 'true or false',
  },
  string: { parse: (text) => text, allowed: ({ pattern }) => `text that matches ${pattern}` },
}

const toKind = (setting: Setting): Kind =>
  setting.type === undefined
    ? { parse: (text) => text, allowed: () => `one of ${setting.anyOf.map((choice) => choice.const).join(', ')}` }
    : kinds[setting.type]

/** What one setting alone cannot say. The first argument of `holds` has passed the schema. */
const relations: readonly { holds: (e: Environment) => boolean; complaint: (e: Environment) => string }[] = [
  {
    holds: (e) => isIP(e.SENSOR_HTTP_HOST) !== 0,
    complaint: (e) => `SENSOR_HTTP_HOST is "${e.SENSOR_HTTP_HOST}"; allowed is an IPv4 or IPv6 address`,
  },
  {
    holds: (e) => e.SENSOR_WINDOW_SECONDS >= 2 * e.SENSOR_SAMPLE_SECONDS,
    complaint: (e) =>
      `SENSOR_WINDOW_SECONDS is ${e.SENSOR_WINDOW_SECONDS} with SENSOR_SAMPLE_SECONDS ${e.SENSOR_SAMPLE_SECONDS}; ` +
      'a window needs at least two samples; lengthen the window or shorten the sample',
  },
]

/**
 * Reads the SENSOR_* variables of a process environment against the contract in config.ts; all others are ignored.
 * Every complaint is reported at once: unknown names, missing ones, bad values. Text from the environment is printed
 * bounded and escaped.
 */
export function decodeEnvironment(env: Readonly<Record<string, string | undefined>>): Decoded {
  const unknown = Object.keys(env).filter((name) => name.startsWith('SENSOR_') && !Object.hasOwn(settings, name))
  const complaints = unknown.map(toUnknownComplaint)
  const environment: Record<string, Scalar> = {}
  for (const [name, setting] of Object.entries(settings)) {
    const text = env[name]
    const value = text === undefined ? setting.default : toKind(setting).parse(text)
    if (value !== undefined && Check(setting, value)) environment[name] = value
    else complaints.push(toValueComplaint(name, setting, text))
  }
  if (!Check(Environment, environment)) return { ok: false, complaints }
  complaints.push(...relations.filter(({ holds }) => !holds(environment)).map((r) => r.complaint(environment)))
  return complaints.length === 0 ? { ok: true, environment } : { ok: false, complaints }
}

/** One line per setting for `--help`: name, what is allowed, default. */
export const toSettingsHelp = (): string =>
  Object.entries(settings)
    .map(([name, setting]) => `  ${name.padEnd(31)}${toKind(setting).allowed(setting)} (${toDefault(setting)})`)
    .join('\n')

const toDefault = ({ default: value }: Setting): string => (value === undefined ? 'required' : `default ${value}`)

function toValueComplaint(name: string, setting: Setting, text: string | undefined): string {
  const got = text === undefined ? 'missing' : `"${toPrintable(text, 80)}"`
  const remedy = setting.default === undefined ? 'set it' : `leave it unset for ${setting.default}`
  return `${name} is ${got}; allowed is ${toKind(setting).allowed(setting)}; ${remedy}`
}

function toUnknownComplaint(name: string): string {
  const near = nearestName(name, Object.keys(settings), 'SENSOR_'.length)
  const remedy = near === undefined ? 'see --help; unset it' : `did you mean ${near}?`
  return `${toPrintable(name, 80)} is not a setting of this agent; ${remedy}`
}
