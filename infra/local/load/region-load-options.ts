import { parseArgs } from 'node:util'
import { parseOptions as parseLoadOptions } from '../../../load/options.ts'
import type { Scenario } from '../../../load/scenario.ts'
import { readScenario } from '../../../load/scenario-file.ts'
import { applyOptions } from '../../../load/scenario-options.ts'
import { maxMembers } from '../options.ts'

export interface RegionLoadOptions {
  readonly help: boolean
  readonly json: boolean
  readonly sensors: number | null
  readonly decapsulation: 'suricata' | 'kernel' | null
  readonly scenario: Scenario
  /** For load/main.ts, without those that say where to. */
  readonly generatorArgs: readonly string[]
}

export type ParsedRegionLoadOptions =
  | { readonly ok: true; readonly options: RegionLoadOptions }
  | { readonly ok: false; readonly complaints: readonly string[] }

export const usage = `Brings up a local region, plays a scenario through it, and says where each packet went.

  npm run load -- --region --scenario http-audit          the waterfall as a table
  npm run load -- --region --scenario imix --json         the same, as one JSON object on stdout

The region
  --sensors N                       1..${maxMembers} (default 3)
  --decapsulation suricata|kernel   who takes the VXLAN envelope off (default: the fleet's)

The scenario (npm run load -- --help says what they mean)
  --scenario NAME|FILE.json  --seed N  --flows KIND=N,...  --directions both|ingress|egress
  --pps N | --bps N | --flows-per-second N | --top-speed
  --packets N  --seconds N  --workers N  --batch N
  --sources N  --virtual-networks N  --vni N  --outer-ports aws|wide|FIRST-LAST

  --json   one JSON object on stdout; everything else goes to stderr
  --help   this text

Exit codes: 0 every packet and every transaction is accounted for, 1 not so or something broke, 2 wrong use or this
machine cannot do it.
`

const flags = { region: { type: 'boolean' }, json: { type: 'boolean' }, help: { type: 'boolean' } } as const
const own = { sensors: { type: 'string' }, decapsulation: { type: 'string' } } as const
/** The generator's own, which it judges itself; the others say where to send, and that is the region. */
const passedOn = [
  ...['scenario', 'seed', 'flows', 'directions', 'pps', 'bps', 'flows-per-second', 'packets', 'seconds', 'workers'],
  ...['batch', 'sources', 'virtual-networks', 'vni', 'outer-ports'],
]
const passedOnFlag = 'top-speed'
const known = {
  ...flags,
  ...own,
  [passedOnFlag]: { type: 'boolean' as const },
  ...Object.fromEntries(passedOn.map((name) => [name, { type: 'string' as const }])),
}

/** Reads the command line. All that is wrong with it comes back at once. */
export function parseRegionLoadOptions(args: readonly string[]): ParsedRegionLoadOptions {
  const { values, positionals, tokens } = parseArgs({ args: [...args], options: known, strict: false, tokens: true })
  const options = tokens.filter((token) => token.kind === 'option')
  const names = Object.keys(known)
  const isPassedOn = (name: string) => name === passedOnFlag || passedOn.includes(name)
  const generatorArgs = options
    .filter(({ name }) => isPassedOn(name))
    .flatMap(({ name, value }) => (value === undefined ? [`--${name}`] : [`--${name}=${value}`]))
  const load = readLoad(generatorArgs)
  const [sensors, decapsulation] = [toSensors(values.sensors), toDecapsulation(values.decapsulation)]
  const complaints = [
    ...options
      .filter(({ name }) => !names.includes(name))
      .map(({ rawName }) => `${rawName}: not an option of --region; see npm run load -- --region --help`),
    ...positionals.map((word) => `${word}: unexpected argument; options start with --`),
    ...Object.keys(flags)
      .filter((name) => typeof values[name] === 'string')
      .map((name) => `--${name}: got a value, takes none`),
    ...Object.keys({ ...flags, ...own })
      .filter((name) => options.filter((option) => option.name === name).length > 1)
      .map((name) => `--${name}: given twice, allowed is once`),
    ...(sensors === undefined ? [`--sensors: got ${toGot(values.sensors)}, allowed is 1..${maxMembers}`] : []),
    ...(decapsulation === undefined
      ? [`--decapsulation: got ${toGot(values.decapsulation)}, allowed is suricata or kernel`]
      : []),
    ...(values.help === true ? [] : load.complaints),
  ]
  const { help, json } = values
  if (complaints.length > 0 || sensors === undefined || decapsulation === undefined) return { ok: false, complaints }
  return {
    ok: true,
    options: {
      ...{ help: help === true, json: json === true, sensors, decapsulation },
      ...{ scenario: load.scenario, generatorArgs },
    },
  }
}

/** What the generator itself would say of its options. */
function readLoad(args: readonly string[]): { readonly scenario: Scenario; readonly complaints: readonly string[] } {
  const steady = readScenario('steady')
  if (!steady.ok) throw new Error(steady.complaints.join('; '))
  const parsed = parseLoadOptions(['--interface', 'mirror0', ...args])
  if (!parsed.ok) return { scenario: steady.scenario, complaints: parsed.complaints }
  const found = parsed.options.scenario === null ? steady : readScenario(parsed.options.scenario)
  return found.ok ? applyOptions(found.scenario, parsed.options) : { ...steady, complaints: found.complaints }
}

type Given = string | boolean | (string | boolean)[] | undefined

const toGot = (value: Given): string => (typeof value === 'string' ? `"${value.slice(0, 80)}"` : 'nothing')

/** null: not given; undefined: not allowed. */
function toSensors(value: Given): number | null | undefined {
  if (value === undefined) return null
  const count = typeof value === 'string' && /^\d{1,3}$/.test(value) ? Number(value) : 0
  return count >= 1 && count <= maxMembers ? count : undefined
}

function toDecapsulation(value: Given): 'suricata' | 'kernel' | null | undefined {
  if (value === undefined) return null
  return (['suricata', 'kernel'] as const).find((mode) => mode === value)
}
