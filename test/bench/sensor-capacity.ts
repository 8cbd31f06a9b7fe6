import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findCapacity, toLowest, toWords } from './capacity-search.ts'
import { configurationNames } from './engine-configurations.ts'
import { type EngineRig, startEngineRig } from './engine-rig.ts'
import { median } from './figures.ts'
import { type MeasuredConfiguration, type SensorFigures, toSensorFigures } from './sensor-figures.ts'
import { type Load, runTrial } from './trial-run.ts'

const rounds = 5
const trialSeconds = 1.2
/** Flows under way at the end are finished, so short trials want flows that are short as well: see `few-enis`. */
const scenario = ['--scenario', 'few-enis']
const firstSearch = { guess: 40_000, factor: 2, precision: 1.2, mostTrials: 7 }
const laterSearch = { factor: 1.3, precision: 1.07, mostTrials: 4 }
/** Beyond what is sustained, for the chart. */
const overloads = [1.5, 2.2, 3.2]

/** One sensor of two capture threads, fed with few outer ports: the rate that each configuration sustains without loss. */
export async function measureSensor(say: (text: string) => void, signal: AbortSignal): Promise<SensorFigures> {
  const folder = await mkdtemp(join(tmpdir(), 'mirror-fleet-bench-'))
  const rigs: EngineRig[] = []
  try {
    for (const name of configurationNames) rigs.push(await startEngineRig(name, folder, signal))
    return toSensorFigures(await measureRounds(rigs, say, signal))
  } finally {
    const ends = await Promise.allSettled(rigs.map(({ stop }) => stop()))
    for (const end of ends) if (end.status === 'rejected') say(String(end.reason))
    await rm(folder, { recursive: true, force: true })
  }
}

async function measureRounds(
  rigs: readonly EngineRig[],
  say: (text: string) => void,
  signal: AbortSignal,
): Promise<readonly MeasuredConfiguration[]> {
  const measured = rigs.map((rig): MeasuredConfiguration & { readonly rig: EngineRig } => ({
    ...{ rig, configuration: rig.configuration, best: [], trials: [] },
  }))
  for (let round = 1; round <= rounds; round++) {
    for (const { rig, best, trials } of measured) {
      const guess = median(best.map(({ packetsPerSecond }) => packetsPerSecond))
      const settings = guess > 0 ? { ...laterSearch, guess } : firstSearch
      const found = await findCapacity(rig, settings, toLoad, signal)
      trials.push(...found.trials)
      if (found.best === null) throw new Error(`${rig.name} sustained no rate down to ${toLowest(found)} packets/s`)
      best.push(found.best)
      say(`sensor: round ${round} of ${rounds}, ${rig.name}: ${toWords(found)}`)
    }
  }
  for (const { rig, best, trials } of measured) {
    const base = median(best.map(({ packetsPerSecond }) => packetsPerSecond))
    for (const times of base > 0 ? overloads : []) trials.push(await runTrial(rig, toLoad(base * times), signal))
  }
  return measured
}

const toLoad = (packetsPerSecond: number): Load => ({
  options: scenario,
  packetsPerSecond,
  packets: packetsPerSecond * trialSeconds,
})
