import { isIP } from 'node:net'
import type { TSchema } from 'typebox'
import { Check } from 'typebox/value'
import { Environment } from './config.ts'
import { judgeVnis } from './decapsulation.ts'
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

interface Relation {
  readonly of: readonly (keyof Environment)[]
  readonly judge: (environment: Environment) => readonly string[]
}

/** Means something only in an Auto Scaling group. */
const ofTheGroup = [
  'SENSOR_LAUNCH_HOOK',
  'SENSOR_TERMINATE_HOOK',
  'SENSOR_TARGET_GROUP_ARN',
  'SENSOR_CLOUDWATCH_NAMESPACE',
] as const satisfies readonly (keyof Environment)[]

/** What no pattern can say, of settings that have passed the schema. */
const relations: readonly Relation[] = [
  {
    of: ['SENSOR_HTTP_HOST'],
    judge: ({ SENSOR_HTTP_HOST: host }) =>
      isIP(host) !== 0 ? [] : [`SENSOR_HTTP_HOST is "${host}"; allowed is an IPv4 or IPv6 address`],
  },
  {
    of: ['SENSOR_HOME_NETS'],
    judge: ({ SENSOR_HOME_NETS: nets }) =>
      nets
        .split(',')
        .filter((net) => !isNet(net))
        .map(
          (net) =>
            `SENSOR_HOME_NETS has "${toPrintable(net, 80)}"; allowed are IPv4 and IPv6 addresses, alone or with a ` +
            'prefix length, such as 10.0.0.0/8; correct it or take it out',
        ),
  },
  {
    of: ['SENSOR_WINDOW_SECONDS', 'SENSOR_SAMPLE_SECONDS'],
    judge: ({ SENSOR_WINDOW_SECONDS: window, SENSOR_SAMPLE_SECONDS: sample }) =>
      window >= 2 * sample
        ? []
        : [
            `SENSOR_WINDOW_SECONDS is ${window} with SENSOR_SAMPLE_SECONDS ${sample}; ` +
              'a window needs at least two samples; lengthen the window or shorten the sample',
          ],
  },
  { of: ['SENSOR_DECAPSULATION', 'SENSOR_VNIS'], judge: judgeVnis },
  {
    of: ['SENSOR_METRICS_PATH'],
    judge: ({ SENSOR_METRICS_PATH: path }) =>
      ['/livez', '/readyz', '/status'].includes(path)
        ? [`SENSOR_METRICS_PATH is ${path}, which is another route; leave it unset for /metrics`]
        : [],
  },
  {
    of: ['SENSOR_METRICS_PORT', 'SENSOR_HTTP_PORT'],
    judge: ({ SENSOR_METRICS_PORT: metrics, SENSOR_HTTP_PORT: http }) =>
      metrics === http
        ? [`SENSOR_METRICS_PORT and SENSOR_HTTP_PORT are both ${http}, where the metrics are anyway; unset the first`]
        : [],
  },
  {
    of: ['SENSOR_ID', 'SENSOR_AUTO_SCALING_GROUP'],
    // Under any other name every hook would run out, because the group knows only its instances.
    judge: ({ SENSOR_ID: id, SENSOR_AUTO_SCALING_GROUP: group }) =>
      group === '' || /^i-[0-9a-f]{8,17}$/.test(id)
        ? []
        : [
            `SENSOR_ID is "${id}" with SENSOR_AUTO_SCALING_GROUP; allowed is the instance id that the group knows, ` +
              'such as i-0123456789abcdef0; set it to that, or unset SENSOR_AUTO_SCALING_GROUP',
          ],
  },
  {
    of: ['SENSOR_AUTO_SCALING_GROUP', ...ofTheGroup],
    judge: (environment) =>
      environment.SENSOR_AUTO_SCALING_GROUP !== ''
        ? []
        : ofTheGroup
            .filter((name) => environment[name] !== '')
            .map((name) => `${name} is set without SENSOR_AUTO_SCALING_GROUP; set that too, or unset ${name}`),
  },
]

const addressBits: Readonly<Record<number, number>> = { 4: 32, 6: 128 }

/** An address, alone or with a prefix length (RFC 4632, RFC 4291 section 2.3). */
function isNet(text: string): boolean {
  const [address = '', prefix, ...more] = text.split('/')
  const bits = addressBits[isIP(address)]
  const isPrefix = prefix === undefined || (/^(0|[1-9]\d{0,2})$/.test(prefix) && Number(prefix) <= (bits ?? 0))
  return bits !== undefined && isPrefix && more.length === 0
}

/** Stands in for settings that have not passed, so that the relations of the others can be judged. */
const stopgaps: Readonly<Record<string, Scalar | undefined>> = {
  ...Object.fromEntries(Object.entries(settings).map(([name, setting]) => [name, setting.default])),
  SENSOR_ID: 'none',
}

const judgeRelations = (passed: Readonly<Record<string, Scalar>>): readonly string[] => {
  const whole = { ...stopgaps, ...passed }
  return Check(Environment, whole)
    ? relations.filter(({ of }) => of.every((name) => name in passed)).flatMap(({ judge }) => judge(whole))
    : []
}

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
  complaints.push(...judgeRelations(environment))
  return complaints.length === 0 && Check(Environment, environment)
    ? { ok: true, environment }
    : { ok: false, complaints }
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
