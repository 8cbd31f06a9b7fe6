import { parseArgs } from 'node:util'

export interface Options {
  readonly once: boolean
  readonly json: boolean
  readonly help: boolean
  readonly fleetFile: string | null
  readonly sensors: number | null
  readonly sources: number | null
}

export type ParsedOptions =
  | { readonly ok: true; readonly options: Options }
  | { readonly ok: false; readonly complaints: readonly string[] }

export const usage = `Brings up a fleet of Suricata sensors on this machine, mirrors real traffic to it through a load balancer,
and shows what the sensors saw.

  npm start                       until Ctrl-C
  npm start -- --once             one round; exit code 0 only if every check held
  npm start -- --once --json      the same, as one JSON object on stdout

Options
  --once           one round of traffic, then take everything down
  --json           print only the summary, as JSON; with --once
  --fleet FILE     a fleet description in JSON instead of the default one (what it may say: infra/fleet.ts)
  --sensors N      sensors, 1..20 (default 3)
  --sources N      mirrored hosts, 1..20 (default 2)
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
} as const

/** One machine's worth; more would only starve each other. */
export const maxMembers = 20

/** Reads the command line. All that is wrong with it comes back at once. */
export function parseOptions(args: readonly string[]): ParsedOptions {
  const { values, positionals, tokens } = parseArgs({ args: [...args], options: known, strict: false, tokens: true })
  const names = Object.keys(known)
  const unknown = tokens.filter((token) => token.kind === 'option' && !names.includes(token.name))
  const count = (name: 'sensors' | 'sources') => toCount(values[name])
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
      .map((name) => `--${name}: got ${values[name] === true ? 'nothing' : values[name]}, allowed is 1..${maxMembers}`),
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
    },
  }
}

/** @returns the number, null where the option was not given, undefined where it is no number in range */
function toCount(value: string | boolean | undefined): number | null | undefined {
  if (value === undefined) return null
  if (typeof value !== 'string' || !/^\d{1,3}$/.test(value)) return undefined
  const count = Number(value)
  return count >= 1 && count <= maxMembers ? count : undefined
}
