import type { FlowKind } from './option-readers.ts'
import type { Options } from './options.ts'
import { limitConcurrency } from './run-plan.ts'
import type { FlowSpec, Rate, Scenario } from './scenario.ts'

/** A scenario as the command line changes it; or what it cannot change. */
export function applyOptions(
  scenario: Scenario,
  options: Options,
): { readonly scenario: Scenario; readonly complaints: readonly string[] } {
  const { sources } = scenario
  const missing = [...(options.flows?.keys() ?? [])].filter(
    (kind) => !scenario.flows.some((flow) => flow.kind === kind),
  )
  const changed: Scenario = {
    ...scenario,
    name: options.replay === null ? scenario.name : 'replay',
    seed: options.seed ?? scenario.seed,
    sources: {
      ...sources,
      count: options.sources ?? sources.count,
      virtualNetworks: options.virtualNetworks ?? sources.virtualNetworks,
    },
    flows: options.flows === null ? scenario.flows : toFlows(scenario.flows, options.flows),
    directions: options.directions ?? scenario.directions,
    outerPorts: options.outerPorts ?? scenario.outerPorts,
    rate: toRate(options, scenario.rate),
    packets: options.packets ?? scenario.packets,
    seconds: options.seconds ?? scenario.seconds,
  }
  return {
    // Who names numbers of flows gets them.
    scenario: options.flows === null ? limitConcurrency(changed) : changed,
    complaints: missing.map((kind) => `--flows: ${scenario.name} has no ${kind} flows to have more or fewer of`),
  }
}

function toRate({ topSpeed, pps, bps, flowsPerSecond }: Options, rate: Rate): Rate {
  if (topSpeed) return null
  if (pps !== null) return { unit: 'packets', perSecond: pps }
  if (bps !== null) return { unit: 'bits', perSecond: bps }
  if (flowsPerSecond !== null) return { unit: 'flows', perSecond: flowsPerSecond }
  return rate
}

/** Several flows of one kind keep their proportions. */
function toFlows(flows: readonly FlowSpec[], counts: ReadonlyMap<FlowKind, number>): FlowSpec[] {
  const before = (kind: FlowKind) => flows.reduce((sum, flow) => sum + (flow.kind === kind ? flow.concurrent : 0), 0)
  return flows.flatMap((flow) => {
    const count = counts.get(flow.kind)
    if (count === undefined) return []
    return [{ ...flow, concurrent: Math.max(1, Math.round((flow.concurrent * count) / before(flow.kind))) }]
  })
}
