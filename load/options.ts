import { parseArgs } from 'node:util'
import {
  choice,
  flowCounts,
  integer,
  ipv4,
  mac,
  number,
  type OptionReader,
  outerPorts,
  text,
} from './option-readers.ts'
import { encapsulations } from './packet/envelope.ts'

const flags = ['repeat', 'top-speed', 'json', 'list', 'help'] as const

/** A run is always bounded, by these at the most. */
const PACKETS_MAX = 1_000_000_000
const SECONDS_MAX = 3600

const readers = {
  scenario: text,
  seed: integer(0, 0xffff_ffff),
  interface: text,
  target: ipv4,
  pcap: text,
  allow: text,
  replay: text,
  encapsulation: choice(encapsulations),
  pps: number(0.1, 100_000_000),
  bps: number(100, 100_000_000_000),
  'flows-per-second': number(0.1, 10_000_000),
  packets: integer(1, PACKETS_MAX),
  seconds: number(0.001, SECONDS_MAX),
  workers: integer(1, 16),
  batch: integer(1, 1024),
  sources: integer(1, 4096),
  'virtual-networks': integer(1, 4096),
  vni: integer(0, 0xff_ffff),
  'source-address': ipv4,
  'source-mac': mac,
  'destination-address': ipv4,
  'destination-mac': mac,
  'gateway-address': ipv4,
  'endpoint-address': ipv4,
  'outer-ports': outerPorts,
  directions: choice(['both', 'ingress', 'egress']),
  flows: flowCounts,
} satisfies Record<string, OptionReader<unknown>>

/** What was given; null and false: not given. */
export type Options = ReturnType<typeof toOptions>

export type ParsedOptions =
  | { readonly ok: true; readonly options: Options }
  | { readonly ok: false; readonly complaints: readonly string[] }

const names = Object.keys(readers)
const known = Object.fromEntries([
  ...names.map((name) => [name, { type: 'string' as const }]),
  ...flags.map((name) => [name, { type: 'boolean' as const }]),
])

/** Reads the command line. All that is wrong with it comes back at once. */
export function parseOptions(args: readonly string[]): ParsedOptions {
  const { values, positionals, tokens } = parseArgs({ args: [...args], options: known, strict: false, tokens: true })
  const given = (name: string) => tokens.filter((token) => token.kind === 'option' && token.name === name).length
  const unknown = tokens.flatMap((token) =>
    token.kind === 'option' && !names.includes(token.name) && !flags.some((flag) => flag === token.name)
      ? [`${token.rawName}: unknown option; see --help`]
      : [],
  )
  const read = Object.fromEntries(
    Object.entries<OptionReader<unknown>>(readers).map(([name, reader]) => [name, readOption(reader, values[name])]),
  )
  const complaints = [
    ...unknown,
    ...positionals.map((word) => `${word}: unexpected argument; options start with --`),
    ...flags.filter((flag) => typeof values[flag] === 'string').map((flag) => `--${flag}: got a value, takes none`),
    ...[...names, ...flags].filter((name) => given(name) > 1).map((name) => `--${name}: given twice, allowed is once`),
    ...Object.entries<OptionReader<unknown>>(readers).flatMap(([name, { allowed }]) =>
      read[name] === undefined ? [`--${name}: got ${toGiven(values[name])}, allowed is ${allowed}`] : [],
    ),
    ...judgeTogether(values),
  ]
  if (complaints.length > 0) return { ok: false, complaints }
  return { ok: true, options: toOptions(values) }
}

const toGiven = (value: unknown): string => (typeof value === 'string' ? `"${value.slice(0, 80)}"` : 'nothing')

/** null: not given; undefined: not allowed. */
function readOption<T>(reader: OptionReader<T>, value: unknown): T | null | undefined {
  if (value === undefined) return null
  return typeof value === 'string' ? reader.read(value) : undefined
}

function toOptions(values: Readonly<Record<string, unknown>>) {
  const value = <T>(name: string, reader: OptionReader<T>): T | null => readOption(reader, values[name]) ?? null
  const flag = (name: (typeof flags)[number]): boolean => values[name] === true
  return {
    scenario: value('scenario', readers.scenario),
    seed: value('seed', readers.seed),
    interface: value('interface', readers.interface),
    target: value('target', readers.target),
    pcap: value('pcap', readers.pcap),
    allow: value('allow', readers.allow),
    replay: value('replay', readers.replay),
    encapsulation: value('encapsulation', readers.encapsulation),
    pps: value('pps', readers.pps),
    bps: value('bps', readers.bps),
    flowsPerSecond: value('flows-per-second', readers['flows-per-second']),
    packets: value('packets', readers.packets),
    seconds: value('seconds', readers.seconds),
    workers: value('workers', readers.workers),
    batch: value('batch', readers.batch),
    sources: value('sources', readers.sources),
    virtualNetworks: value('virtual-networks', readers['virtual-networks']),
    vni: value('vni', readers.vni),
    sourceAddress: value('source-address', readers['source-address']),
    sourceMac: value('source-mac', readers['source-mac']),
    destinationAddress: value('destination-address', readers['destination-address']),
    destinationMac: value('destination-mac', readers['destination-mac']),
    gatewayAddress: value('gateway-address', readers['gateway-address']),
    endpointAddress: value('endpoint-address', readers['endpoint-address']),
    outerPorts: value('outer-ports', readers['outer-ports']),
    directions: value('directions', readers.directions),
    flows: value('flows', readers.flows),
    repeat: flag('repeat'),
    topSpeed: flag('top-speed'),
    json: flag('json'),
    list: flag('list'),
    help: flag('help'),
  }
}

const sinks = ['interface', 'target', 'pcap'] as const
const rates = ['pps', 'bps', 'flows-per-second', 'top-speed'] as const
const list = (group: readonly string[]) => group.map((name) => `--${name}`).join(', ')

/** What is wrong with options only together. */
function judgeTogether(values: Readonly<Record<string, unknown>>): string[] {
  const given = (group: readonly string[]) => group.filter((name) => values[name] !== undefined)
  const [toSinks, toRates] = [given(sinks), given(rates)]
  if (values.help === true || values.list === true) return []
  return [
    ...(toSinks.length === 1 ? [] : [`${list(sinks)}: got ${toSinks.length} of them, allowed is exactly one`]),
    ...(toRates.length > 1 ? [`${list(toRates)}: got ${toRates.length} rates, allowed is one of them`] : []),
    ...(values.replay !== undefined && values.scenario !== undefined
      ? ['--replay, --scenario: allowed is one of them']
      : []),
    ...(values.repeat === true && values.replay === undefined ? ['--repeat: only with --replay'] : []),
    ...(values.pcap !== undefined && values.workers !== undefined && values.workers !== '1'
      ? ['--workers: with --pcap allowed is 1; the order in a file would depend on luck']
      : []),
    ...(values.replay !== undefined && values.workers !== undefined && values.workers !== '1'
      ? ['--workers: with --replay allowed is 1; the order of the capture would be lost']
      : []),
    ...(values.replay !== undefined && values['flows-per-second'] !== undefined
      ? ['--flows-per-second: not with --replay, whose flows are not known; use --pps or --bps']
      : []),
    ...(values.target !== undefined && values.encapsulation === 'none'
      ? ['--encapsulation: with --target allowed is vxlan or geneve; the kernel writes the outer headers']
      : []),
    ...(values.encapsulation === 'none' && values.replay === undefined
      ? ['--encapsulation: none is only for --replay']
      : []),
  ]
}
