import type { Scenario } from '../../../load/scenario.ts'
import { waitUntil } from '../condition.ts'
import type { Region } from '../region.ts'
import { waitUntilHealthy } from '../round.ts'
import { installCanaryRule } from './canary.ts'
import { addEvents, type EventCounts, EveTally } from './eve-tally.ts'
import { type FleetCounters, readFleetCounters, toDifference } from './fleet-counters.ts'
import { runGenerator } from './generator.ts'
import { type Reconciliation, reconcile } from './reconciliation.ts'

export interface LoadRequest {
  /** As the options change it. */
  readonly scenario: Scenario
  /** For load/main.ts, without those that say where to. */
  readonly generatorArgs: readonly string[]
  /** One sentence for each step, for a person who waits. */
  readonly say: (step: string) => void
  readonly signal: AbortSignal
}

/** Plays a scenario through a region that is up, and says where each packet went. */
export async function playLoad(region: Region, request: LoadRequest): Promise<Reconciliation> {
  const { scenario, generatorArgs, say, signal } = request
  await waitUntilHealthy(region, signal)
  if (scenario.flows.some(({ kind }) => kind === 'canary')) {
    say("waiting until every sensor has the canary's rule")
    await installCanaryRule(region, signal)
  }
  say('waiting until the counters stand still')
  const before = await readWhenStill(region, signal)
  const tallies = await Promise.all(region.sensors.map(({ logFolder }) => EveTally.from(`${logFolder}/eve.json`)))
  say(`playing ${scenario.name}`)
  const report = await runGenerator({ plan: region.plan, args: generatorArgs, seconds: scenario.seconds, say, signal })
  say(`sent ${report.sent.packets} packets; waiting until logs and counters have settled`)
  const observe = async (): Promise<Reconciliation> => {
    const counters = toDifference(await readFleetCounters(region), before)
    return reconcile({ report, counters, logged: await readTallies(tallies) })
  }
  return await readSettled(observe)
}

const readTallies = async (tallies: readonly EveTally[]): Promise<EventCounts> =>
  addEvents(await Promise.all(tallies.map((tally) => tally.read())))

/** The engine's workers hand in their counters every three seconds (Suricata src/counters.c), the agent looks every second. */
const stillSeconds = 5
const settleSeconds = 120

/** Waits until no counter moves, so that what comes next is the run's alone. */
const readWhenStill = (region: Region, signal: AbortSignal): Promise<FleetCounters> =>
  waitUntil({
    what: 'counters that stand still',
    deadlineSeconds: settleSeconds,
    read: () => readFleetCounters(region),
    isDone: stillness((counters) => JSON.stringify(counters)),
    signal,
  })

/** Returns at once when all has arrived, else when nothing more comes: then that is what counts. */
async function readSettled(observe: () => Promise<Reconciliation>): Promise<Reconciliation> {
  const isStill = stillness(({ stations, transactions }: Reconciliation) => JSON.stringify([stations, transactions]))
  let last: Reconciliation | null = null
  const isDone = (reconciliation: Reconciliation): boolean => {
    last = reconciliation
    const still = isStill(reconciliation)
    return still || (reconciliation.ok && reconciliation.stations.every(({ drops }) => drops === 0))
  }
  try {
    return await waitUntil({ what: 'settled', deadlineSeconds: settleSeconds, read: observe, isDone })
  } catch (error) {
    if (last === null) throw error
    return last
  }
}

/** True once the value has been the same for long enough. */
function stillness<T>(toText: (value: T) => string): (value: T) => boolean {
  let last = ''
  let since = performance.now()
  return (value) => {
    const text = toText(value)
    if (text !== last) since = performance.now()
    last = text
    return performance.now() - since >= stillSeconds * 1000
  }
}
