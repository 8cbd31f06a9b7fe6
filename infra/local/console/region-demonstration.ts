import { toErrorMessage } from '../../error-message.ts'
import { type GeneratorOptions, runGenerator } from '../load/generator.ts'
import type { Region } from '../region.ts'
import { toMostSensors } from '../region-sensors.ts'
import type { Sensor } from '../sensor.ts'
import type { DemonstrationAction, DemonstrationView } from './messages.ts'
import type { Demonstration } from './source.ts'

const loadSeconds = 30
/** Something that one shared core captures without loss, and that shows: the sources' own traffic is a few hundred. */
const loadPacketsPerSecond = 10_000

export interface RegionDemonstrationOptions {
  readonly region: Pick<Region, 'plan' | 'fleet' | 'changes'> & {
    readonly sensors: readonly Pick<Sensor, 'address' | 'isStopped'>[]
  }
  /** Called when a sensor has been added. */
  readonly onSensorAdded: () => Promise<void>
  /** A sentence for whoever reads the log. */
  readonly onFault: (sentence: string) => void
  readonly nowMilliseconds: () => number
  /** Ends the load. */
  readonly signal: AbortSignal
  /** @default - the generator, in the first source's namespace */
  readonly playLoad?: (options: GeneratorOptions) => Promise<unknown>
}

/** What the page's buttons do to a region. One sensor is changed at a time, and one load runs. */
export class RegionDemonstration implements Demonstration {
  readonly #options: RegionDemonstrationOptions
  readonly #underWay = new Map<string, string>()
  #loadEndMilliseconds: number | null = null
  #hasSentLoad = false
  #failure: string | null = null

  constructor(options: RegionDemonstrationOptions) {
    this.#options = options
  }

  /** Until then the load is no part of the picture. */
  readonly hasSentLoad = (): boolean => this.#hasSentLoad

  readonly view = (): DemonstrationView => {
    const { region, nowMilliseconds } = this.#options
    const end = this.#loadEndMilliseconds
    return {
      loadSecondsLeft: end === null ? null : Math.max(0, Math.ceil((end - nowMilliseconds()) / 1000)),
      underWay: [...this.#underWay.values()],
      failure: this.#failure,
      maySensorsBeAdded: !this.#underWay.has('add') && region.plan.sensors.length < toMostSensors(region.fleet),
    }
  }

  readonly begin = (action: DemonstrationAction, sensor: string | null): string | null => {
    const { region } = this.#options
    if (action === 'add-load') return this.#addLoad()
    if (action === 'add-sensor') return this.#addSensor()
    const found = region.sensors.find(({ address }) => address.id === sensor)
    if (sensor === null || found === undefined) {
      return `got ${sensor === null ? 'no sensor' : `"${sensor}"`}, allowed is ${region.sensors.map(({ address }) => address.id).join(', ')}`
    }
    if (this.#underWay.has(sensor)) return `${sensor} is being changed already`
    const { stopSensor, startSensor } = region.changes
    if (action === 'stop-sensor') {
      return found.isStopped()
        ? `${sensor} is stopped already`
        : this.#begin(sensor, `stopping ${sensor}`, () => stopSensor(sensor))
    }
    return found.isStopped()
      ? this.#begin(sensor, `starting ${sensor}`, () => startSensor(sensor))
      : `${sensor} runs; only a stopped sensor can be started`
  }

  #addSensor(): string | null {
    const { region, onSensorAdded, onFault } = this.#options
    if (!this.view().maySensorsBeAdded) {
      const most = toMostSensors(region.fleet)
      return this.#underWay.has('add') ? 'a sensor is being added already' : `the fleet has its ${most} sensors`
    }
    return this.#begin('add', 'adding a sensor', async () => {
      const id = await region.changes.addSensor()
      // The sensor is there all the same.
      await onSensorAdded().catch((error: unknown) => onFault(toSentence(`${id} is not told to Prometheus`, error)))
    })
  }

  #addLoad(): string | null {
    const { region, signal, nowMilliseconds, playLoad = runGenerator } = this.#options
    if (this.#loadEndMilliseconds !== null) return 'load is being sent already; it ends by itself'
    this.#hasSentLoad = true
    this.#failure = null
    this.#loadEndMilliseconds = nowMilliseconds() + loadSeconds * 1000
    const vni = region.fleet.trafficMirrorSession.virtualNetworkId
    const bounds = [
      '--pps',
      loadPacketsPerSecond,
      '--seconds',
      loadSeconds,
      '--packets',
      loadPacketsPerSecond * loadSeconds,
    ]
    const args = ['--scenario', 'http-audit', ...bounds, '--vni', vni]
    const load = { plan: region.plan, args: args.map(String), seconds: loadSeconds, say: () => undefined, signal }
    void this.#settle(
      'load',
      () => playLoad(load),
      () => {
        this.#loadEndMilliseconds = null
      },
    )
    return null
  }

  #begin(key: string, words: string, work: () => Promise<unknown>): null {
    this.#failure = null
    this.#underWay.set(key, words)
    void this.#settle(words, work, () => this.#underWay.delete(key))
    return null
  }

  /** Work that throws before it has a promise must end too, or its button would stay dead. */
  async #settle(words: string, work: () => Promise<unknown>, onEnd: () => void): Promise<void> {
    try {
      await work()
    } catch (error) {
      this.#failure = toSentence(words, error)
      this.#options.onFault(this.#failure)
    } finally {
      onEnd()
    }
  }
}

const toSentence = (what: string, error: unknown): string => `${what}: ${toErrorMessage(error)}`
