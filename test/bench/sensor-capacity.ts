import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Found, findCapacity, laterSearch, toLowest, toWords } from './capacity-search.ts'
import { receiveOn, requireTwoCores } from './core-placement.ts'
import { captureInterface, configurationNames } from './engine-configurations.ts'
import { type EngineRig, startEngineRig } from './engine-rig.ts'
import { median } from './figures.ts'
import { createFreshSources } from './fresh-sources.ts'
import { makeRigNetwork } from './rig-network.ts'
import { type MeasuredConfiguration, type SensorFigures, toSensorFigures } from './sensor-figures.ts'
import type { Trial } from './trial.ts'
import { type Load, type Rig, runTrial } from './trial-run.ts'

/** Five would take the bench beyond its ten minutes. */
const rounds = 5
const trialSeconds = 1
const firstSearch = { guess: 60_000, factor: 1.5, precision: 1.15, mostTrials: 8 }
/** Beyond what is sustained, for the chart. */
const overloads = [1.5]
/** Where no configuration loses packets, so that all pay for the same. */
const paced = { packetsPerSecond: 40_000, packets: 40_000 }
/** More than anybody sends, and so few that our rings hold them. */
const flood = { packetsPerSecond: 5_000_000, packets: 100_000 }

/**
 * One sensor of two capture threads on one core, fed with few outer ports: the rate that each configuration sustains
 * without loss, and what a packet costs it.
 */
export async function measureSensor(say: (text: string) => void, signal: AbortSignal): Promise<SensorFigures> {
  requireTwoCores()
  const folder = await mkdtemp(join(tmpdir(), 'mirror-fleet-bench-'))
  const ends: (() => Promise<void>)[] = [() => rm(folder, { recursive: true, force: true })]
  try {
    const sink = await makeRigNetwork('sink', [])
    ends.unshift(sink.remove)
    const rigs: EngineRig[] = []
    for (const name of configurationNames) {
      const rig = await startEngineRig(name, folder, signal)
      ends.unshift(rig.stop)
      rigs.push(rig)
    }
    return await measureRounds(rigs, { name: 'sink', sender: sink.sender, engines: [] }, say, signal)
  } finally {
    // All of them, also when one cannot be removed.
    for (const end of ends) await end().catch((error) => say(String(error)))
  }
}

type MeasuredRig = MeasuredConfiguration & { readonly rig: EngineRig; readonly loads: Loads }

async function measureRounds(
  rigs: readonly EngineRig[],
  sink: Rig,
  say: (text: string) => void,
  signal: AbortSignal,
): Promise<SensorFigures> {
  const measured = rigs.map((rig): MeasuredRig => {
    const { configuration } = rig
    return { rig, configuration, loads: createLoads(), best: [], limits: [], trials: [], paced: [], floods: [] }
  })
  const sinkLoads = createLoads()
  const sinkFloods: Trial[] = []
  for (let round = 1; round <= rounds; round++) {
    for (const one of measured) {
      const found = await measureOnce(one, signal)
      say(`sensor: round ${round} of ${rounds}, ${one.rig.name}: ${toWords(found)}`)
    }
    sinkFloods.push(await runTrial(sink, sinkLoads.flood(), signal))
  }
  for (const { rig, loads, best, trials } of measured) {
    for (const times of overloads) trials.push(await runTrial(rig, loads.at(times * toMedianRate(best)), signal))
  }
  return toSensorFigures(measured, sinkFloods)
}

/** What a packet costs one configuration, then the rate that it sustains. */
async function measureOnce(one: MeasuredRig, signal: AbortSignal): Promise<Found> {
  const { rig, loads, best } = one
  // Softirq that interrupts the engine would be charged to it; here it is the sender that is slower for it. The flood
  // comes first: memory that lay idle during the others' turns costs whoever touches it again.
  await receiveOn('sender', rig.sensor, captureInterface)
  one.floods.push(await runTrial(rig, loads.flood(), signal))
  one.paced.push(await runTrial(rig, loads.paced(), signal))
  await receiveOn('sensor', rig.sensor, captureInterface)
  const guess = toMedianRate(best)
  const found = await findCapacity(rig, guess > 0 ? { ...laterSearch, guess } : firstSearch, loads.at, signal)
  if (found.best === null) throw new Error(`${rig.name} sustained no rate down to ${toLowest(found)} packets/s`)
  best.push(found.best)
  one.limits.push(found.limitedBy)
  one.trials.push(...found.trials)
  return found
}

const toMedianRate = (best: readonly Trial[]) => median(best.map(({ packetsPerSecond }) => packetsPerSecond))

type Loads = ReturnType<typeof createLoads>

/** Beyond all that the other trials of one configuration use. */
const firstPacedRange = 100

/**
 * For each configuration its own, each from the same addresses on: whether two outer ports fall to one thread is a matter of
 * the addresses, and must be the same for all.
 */
function createLoads() {
  const toFreshSources = createFreshSources()
  const toPacedSources = createFreshSources(firstPacedRange)
  const toOptions = (sources = toFreshSources()) => ['--scenario', 'few-enis', ...sources]
  return {
    at: (packetsPerSecond: number): Load => {
      return { options: toOptions(), packetsPerSecond, packets: packetsPerSecond * trialSeconds }
    },
    // One source: what two outer ports make of two capture threads shows as well.
    paced: (): Load => ({ options: [...toOptions(toPacedSources()), '--sources', '1'], ...paced }),
    flood: (): Load => ({ options: toOptions(), ...flood }),
  }
}
