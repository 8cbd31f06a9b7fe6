import { parseArgs } from 'node:util'

/** What "everything" is, in the order in which it is measured. */
export const usualParts = ['generator', 'sensor', 'fleet', 'growth', 'agent'] as const
/** `metrics` only when it is named: it has no goal, and everything is to end within ten minutes. */
export const partNames = [...usualParts, 'metrics'] as const
export type PartName = (typeof partNames)[number]

export interface BenchOptions {
  readonly help: boolean
  readonly json: boolean
  /** Writes the results file, and the chart when the sensor was measured. */
  readonly save: boolean
  readonly parts: readonly PartName[]
}

export type ParsedBenchOptions =
  | { readonly ok: true; readonly options: BenchOptions }
  | { readonly ok: false; readonly complaints: readonly string[] }

export const usage = `Measures on this machine, in network namespaces of its own; less than ten minutes on two cores.

  npm run bench                        everything, as a table with the goals
  npm run bench -- generator sensor    some of it
  npm run bench -- --json              one JSON object on stdout; everything else goes to stderr

Parts
  generator   packets/s of a core against tcpreplay and the same loop in C; two workers against one
  sensor      the highest rate without loss, by bisection: Suricata as the walkthrough configures it, our configuration
              with Suricata's VXLAN decoder, and with the kernel's; CPU per million packets
  fleet       the rate without loss of 1, 2 and 3 sensors with the same CPU cap behind a load balancer
  growth      the engine's CPU per million packets with more flows, more sources, longer frames
  agent       what the agent costs and how fast it answers
  metrics     how long a scrape of 64 workers' metrics takes in each of the agent's formats; three minutes, only when named

  --save   writes test/bench/results/<date>.json, and loss.svg when the sensor was measured; a run of everything does so
  --json   --help

Numbers are worth as much as the machine is idle. Ctrl-C ends it and removes what it made.
Exit codes: 0 every figure reaches its goal, 1 one does not or something broke, 2 wrong use.
`

const flags = ['help', 'json', 'save'] as const

/** Reads the command line. All that is wrong with it comes back at once. */
export function parseBenchOptions(args: readonly string[]): ParsedBenchOptions {
  const known = Object.fromEntries(flags.map((flag) => [flag, { type: 'boolean' as const }]))
  const parsed = parseArgs({ args: [...args], options: known, strict: false, tokens: true, allowPositionals: true })
  const options = parsed.tokens.filter((token) => token.kind === 'option')
  const isFlag = (name: string) => flags.some((flag) => flag === name)
  const unknownParts = parsed.positionals.filter((word) => !partNames.some((part) => part === word))
  const complaints = [
    ...options.filter(({ name }) => !isFlag(name)).map(({ rawName }) => `${rawName}: unknown option; see --help`),
    ...options
      .filter(({ name, value }) => isFlag(name) && value !== undefined)
      .map(({ rawName, value }) => `${rawName}: got the value "${value}", takes none`),
    ...unknownParts.map((word) => `"${word.slice(0, 80)}": no such part; allowed are ${partNames.join(', ')}`),
    ...partNames
      .filter((part) => parsed.positionals.filter((word) => word === part).length > 1)
      .map((part) => `${part}: given twice, allowed is once`),
  ]
  if (complaints.length > 0) return { ok: false, complaints }
  const given = (flag: (typeof flags)[number]) => parsed.values[flag] === true
  const chosen = partNames.filter((part) => parsed.positionals.includes(part))
  const parts = chosen.length > 0 ? chosen : usualParts
  const save = given('save') || usualParts.every((part) => parts.includes(part))
  return { ok: true, options: { help: given('help'), json: given('json'), save, parts } }
}
