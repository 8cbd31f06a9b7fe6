import { parseArgs } from 'node:util'

export interface Options {
  readonly once: boolean
  readonly json: boolean
  readonly help: boolean
  readonly fleetFile: string | null
  readonly sensors: number | null
  readonly sources: number | null
  /** Of the console. */
  readonly port: number
}

export type ParsedOptions =
  | { readonly ok: true; readonly options: Options }
  | { readonly ok: false; readonly complaints: readonly string[] }

export const usage = `Brings up a fleet of Suricata sensors on this machine, mirrors real traffic to it through a load balancer,
and shows what the sensors saw.

  npm start                       until Ctrl-C; with Prometheus, and a console in the browser (both on loopback only)
  npm start -- --once             one round; exit code 0 only if every check held
  npm start -- --once --json      the same, as one JSON object on stdout

Options
  --once           one round of traffic, then take everything down
  --json           print only the summary, as JSON; with --once
  --fleet FILE     a fleet description in JSON instead of the default one (what it may say: infra/fleet.ts)
  --sensors N      sensors, 1..20 (default 3)
  --sources N      mirrored hosts, 1..20 (default 2)
  --port N         of the console, 1..65535 (default 8080, or any where that is taken); not with --once
  --help           this text

Exit codes: 0 done, 1 a check failed or something broke, 2 wrong use or this machine cannot do it.
`

const known = {
  once: { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean' },
  fleet: { type: 'string' },
  sensors: { type: 'string' },
  sources: { type: 'string' },
  port: { type: 'string' },
} as const

/** One machine's worth; more would only starve each other. */
export const maxMembers = 20
const defaultPort = 8080
const maxPort = 65_535

/** Reads the command line. All that is wrong with it comes back at once. */
export function parseOptions(args: readonly string[]): ParsedOptions {
  const { values, positionals, tokens } = parseArgs({ args: [...args], options: known, strict: false, tokens: true })
  const names = Object.keys(known)
  const unknown = tokens.filter((token) => token.kind === 'option' && !names.includes(token.name))
  const count = (name: 'sensors' | 'sources') => toCount(values[name], maxMembers)
  const port = toCount(values.port, maxPort)
  const got = (name: 'sensors' | 'sources' | 'port') => (values[name] === true ? 'nothing' : values[name])
  const complaints = [
    ...unknown.map(
      (token) =>
        `${'rawName' in token ? token.rawName : '?'}: unknown option; known are ${names.map((n) => `--${n}`).join(', ')}`,
    ),
    ...positionals.map((word) => `${word}: unexpected argument; options start with --`),
    ...(['once', 'json', 'help'] as const)
      .filter((n) => typeof values[n] === 'string')
      .map((n) => `--${n}: got a value, takes none`),
    ...(values.fleet === true ? ['--fleet: got nothing, takes the path of a JSON file'] : []),
    ...(['sensors', 'sources'] as const)
      .filter((name) => count(name) === undefined)
      .map((name) => `--${name}: got ${got(name)}, allowed is 1..${maxMembers}`),
    ...(port === undefined ? [`--port: got ${got('port')}, allowed is 1..${maxPort}`] : []),
    ...(values.port !== undefined && values.once === true ? ['--port: not with --once, which has no console'] : []),
    ...(values.json === true && values.once !== true && values.help !== true
      ? ['--json: only with --once; without it there is no end to summarise']
      : []),
  ]
  if (complaints.length > 0) return { ok: false, complaints }
  return {
    ok: true,
    options: {
      once: values.once === true,
      json: values.json === true,
      help: values.help === true,
      fleetFile: typeof values.fleet === 'string' ? values.fleet : null,
      sensors: count('sensors') ?? null,
      sources: count('sources') ?? null,
      port: port ?? defaultPort,
    },
  }
}

/** @returns the number, null where the option was not given, undefined where it is no number in range */
function toCount(value: string | boolean | undefined, most: number): number | null | undefined {
  if (value === undefined) return null
  if (typeof value !== 'string' || !/^\d{1,5}$/.test(value)) return undefined
  const count = Number(value)
  return count >= 1 && count <= most ? count : undefined
}
