import { parseArgs } from 'node:util'
import { instanceTypes, isInstanceType } from './capacity.ts'
import type { PlanRequest } from './plan.ts'

export interface PlanOptions {
  readonly help: boolean
  readonly json: boolean
  readonly fleetFile: string | null
  readonly given: GivenFigures
}

/** What the command line says; the rest comes from the fleet's description or a default. */
export interface GivenFigures {
  readonly gbps: number
  readonly packetsPerSecond: number | null
  readonly packetBytes: number | null
  readonly sources: number | null
  readonly hours: number | null
  readonly zones: number | null
  readonly mtuBytes: number | null
  readonly filterRules: number | null
  readonly sessionsPerInterface: number | null
  readonly loadBalancer: PlanRequest['loadBalancer'] | null
  readonly instanceType: PlanRequest['instanceType']
}

export type ParsedPlanOptions =
  | { readonly ok: true; readonly options: PlanOptions }
  | { readonly ok: false; readonly complaints: readonly string[] }

export const usage = `Says how many sensors a load of traffic takes on AWS, what they cost a month, and which limits come near.

  npm run plan -- --gbps 20 --sources 200
  npm run plan -- --gbps 5 --load-balancer gateway --zones 3 --instance-type c6in.4xlarge
  npm run plan -- --gbps 0.5 --fleet infra/fleets/smallest.json
  npm run --silent plan -- --gbps 20 --json | jq .monthlyDollars.total

Options
  --gbps N               mirrored traffic, without envelopes: 0.001..10000, all sources together; required
  --pps N                its packets a second (default: from --packet-bytes)
  --packet-bytes N       mean size of a packet, 64..9001 (default 800); not beside --pps
  --sources N            mirrored interfaces, 1..100000 (default: the fleet's, or 10)
  --hours N              of a month, 1..744 (default 730, all of it)
  --load-balancer KIND   network, gateway or none (default: the fleet's, or network)
  --zones N              of sources and sensors, 1..6 (default: the fleet's, or 2; with none 1)
  --instance-type TYPE   c6in.large .. c6in.32xlarge (default: the fleet's, or the cheapest)
  --mtu N                of the sources, 576..9001 (default 1500, as at an internet gateway)
  --filter-rules N       of the mirror filter, 1..200 (default: the fleet's, or 4)
  --sessions-per-interface N
                         mirror sessions of one source, others' included, 1..100 (default 1)
  --fleet FILE           a fleet description, infra/fleets/*.json
  --json                 one JSON object on stdout
  --help                 this text

Exit codes: 0 planned, 1 a limit is crossed, 2 wrong use.
`

const text = { type: 'string' } as const
const flag = { type: 'boolean' } as const
const known = {
  ...{ gbps: text, pps: text, 'packet-bytes': text, sources: text, hours: text, zones: text, mtu: text },
  ...{ 'filter-rules': text, 'sessions-per-interface': text },
  ...{ 'load-balancer': text, 'instance-type': text, fleet: text, json: flag, help: flag },
}
/** Figures with their ranges; the whole ones are counted. */
const ranges: Readonly<Record<string, { readonly least: number; readonly most: number; readonly whole: boolean }>> = {
  gbps: { least: 0.001, most: 10_000, whole: false },
  pps: { least: 1, most: 1e10, whole: true },
  'packet-bytes': { least: 64, most: 9001, whole: true },
  sources: { least: 1, most: 100_000, whole: true },
  hours: { least: 1, most: 744, whole: true },
  zones: { least: 1, most: 6, whole: true },
  mtu: { least: 576, most: 9001, whole: true },
  'filter-rules': { least: 1, most: 200, whole: true },
  'sessions-per-interface': { least: 1, most: 100, whole: true },
}
const kinds = ['network', 'gateway', 'none'] as const

type Given = string | boolean | (string | boolean)[] | undefined
const toGot = (value: Given): string => (typeof value === 'string' ? `"${value.slice(0, 80)}"` : 'nothing')

/** Reads the command line. All that is wrong with it comes back at once. */
export function parsePlanOptions(args: readonly string[]): ParsedPlanOptions {
  const { values, positionals, tokens } = parseArgs({ args: [...args], options: known, strict: false, tokens: true })
  const given = tokens.filter((token) => token.kind === 'option')
  const names = Object.keys(known)
  const number = (name: string): number | null => {
    const value = values[name]
    const range = ranges[name]
    if (range === undefined || typeof value !== 'string' || !/^\d{1,11}(?:\.\d{1,6})?$/.test(value)) return null
    const figure = Number(value)
    const fits = figure >= range.least && figure <= range.most && !(range.whole && !Number.isInteger(figure))
    return fits ? figure : null
  }
  const loadBalancer = kinds.find((kind) => kind === values['load-balancer']) ?? null
  const type = values['instance-type']
  const instanceType = typeof type === 'string' && isInstanceType(type) ? type : null
  const [gbps, packetsPerSecond] = [number('gbps'), number('pps')]
  const bytes = gbps === null || packetsPerSecond === null ? null : Math.round((gbps * 1e9) / 8 / packetsPerSecond)
  const complaints = [
    ...given
      .filter(({ name }) => !names.includes(name))
      .map(({ rawName }) => `${rawName}: unknown option; known are ${names.map((name) => `--${name}`).join(', ')}`),
    ...positionals.map((word) => `${word}: unexpected argument; options start with --`),
    ...names
      .filter((name) => given.filter((token) => token.name === name).length > 1)
      .map((name) => `--${name}: given twice, allowed is once`),
    ...(['json', 'help'] as const)
      .filter((name) => typeof values[name] === 'string')
      .map((name) => `--${name}: got a value, takes none`),
    ...Object.entries(ranges).flatMap(([name, { least, most, whole }]) => {
      const required = name === 'gbps' && values.help !== true
      const wrong = (values[name] !== undefined || required) && number(name) === null
      return wrong
        ? [`--${name}: got ${toGot(values[name])}, allowed is ${whole ? 'an integer of ' : ''}${least}..${most}`]
        : []
    }),
    ...(values['load-balancer'] !== undefined && loadBalancer === null
      ? [`--load-balancer: got ${toGot(values['load-balancer'])}, allowed is ${kinds.join(' or ')}`]
      : []),
    ...(type !== undefined && instanceType === null
      ? [`--instance-type: got ${toGot(type)}, allowed is ${instanceTypes.join(', ')}`]
      : []),
    ...(values.fleet === true ? ['--fleet: got nothing, takes the path of a JSON file'] : []),
    ...(bytes !== null && (bytes < 64 || bytes > 9001)
      ? [
          `--pps: got ${toGot(values.pps)}, which makes packets of ${bytes} bytes with --gbps ${gbps}, allowed is 64..9001 bytes`,
        ]
      : []),
    ...(values.pps !== undefined && values['packet-bytes'] !== undefined
      ? ['--packet-bytes: got it beside --pps, allowed is one of the two, for --gbps decides the other']
      : []),
  ]
  if (complaints.length > 0) return { ok: false, complaints }
  return {
    ok: true,
    options: {
      ...{ help: values.help === true, json: values.json === true },
      fleetFile: typeof values.fleet === 'string' ? values.fleet : null,
      given: {
        ...{ gbps: gbps ?? 1, packetsPerSecond, packetBytes: number('packet-bytes') },
        ...{ sources: number('sources'), hours: number('hours'), zones: number('zones'), mtuBytes: number('mtu') },
        ...{ filterRules: number('filter-rules'), sessionsPerInterface: number('sessions-per-interface') },
        ...{ loadBalancer, instanceType },
      },
    },
  }
}
