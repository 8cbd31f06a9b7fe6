import type { AlertsView, DemonstrationAction, DemonstrationView } from '../../infra/local/console/messages.ts'
import type { ConsoleReading, ConsoleSource, EveLine, SensorReading } from '../../infra/local/console/source.ts'
import { readingAt, sensorReading } from './console-reading.ts'

/** Packets a second; null: nobody counts them. */
type Rate = number | null

export interface ScriptedMirror {
  readonly name: string
  readonly mirrored: Rate
  readonly skipped: Rate
}

export interface ScriptedBalancer {
  readonly received: number
  readonly noTarget: number
  readonly isFailOpen: boolean
}

/** What a sensor captures and drops, and all that its reading has besides. */
export type ScriptedSensor = Partial<Omit<SensorReading, 'forwardedPackets' | 'funnel'>> & {
  readonly id: string
  readonly packets: Rate
  readonly drops: Rate
}

/** Of the test's network: who a client is mirrored from. */
const mirrorsByClient = new Map([
  ['10.0.1.10', { source: 'source-1', vni: 7 }],
  ['10.0.1.11', { source: 'source-2', vni: 8 }],
])

/**
 * A fleet as a test wants it: two sensors that lose nothing, until the test says otherwise. Every counter grows by the rate that
 * stands here when it is read, for the time since the last reading, by the given clock. What is null is to be so before the
 * console starts.
 */
export class ScriptedSource implements ConsoleSource {
  readonly fleet = 'demo'
  readonly region = 'this machine'
  readonly detectionSeconds = 11
  windowSeconds = 10
  intervalSeconds = 0.1
  mirrors: readonly ScriptedMirror[] | null = [{ name: 'source-1', mirrored: 150, skipped: 0 }]
  loadBalancer: ScriptedBalancer | null = { received: 150, noTarget: 0, isFailOpen: false }
  sensors: readonly ScriptedSensor[] = [
    { id: 'sensor-1', packets: 100, drops: 0 },
    { id: 'sensor-2', packets: 50, drops: 0 },
  ]
  alerts: AlertsView = { isRead: true, isWatched: true, firing: [] }
  faults: readonly string[] = []
  /** What was begun, with its sensor. */
  readonly begun: string[] = []
  refusals: Partial<Record<DemonstrationAction, string>> = {}
  demonstrationView: DemonstrationView = { loadSecondsLeft: null, underWay: [], failure: null, maySensorsBeAdded: true }
  readonly #nowMilliseconds: () => number
  readonly #counters = new Map<string, number>()
  #lines: EveLine[] = []
  #readAt: number

  constructor(nowMilliseconds: () => number) {
    this.#nowMilliseconds = nowMilliseconds
    this.#readAt = nowMilliseconds()
  }

  /** A sensor's log gains lines. */
  push(...texts: readonly string[]): void {
    this.#lines.push(...texts.map((text) => ({ sensor: 'sensor-1', text })))
  }

  readonly toMirror: ConsoleSource['toMirror'] = (addresses) =>
    addresses.map((address) => mirrorsByClient.get(address)).find((mirror) => mirror !== undefined) ?? null

  readonly read = async (): Promise<ConsoleReading> => {
    const now = this.#nowMilliseconds()
    const seconds = (now - this.#readAt) / 1000
    this.#readAt = now
    const count = (counter: string, rate: number) => {
      const value = (this.#counters.get(counter) ?? 0) + rate * seconds
      this.#counters.set(counter, value)
      return Math.floor(value)
    }
    return readingAt(now, {
      sources: this.mirrors?.map((mirror) => toSource(mirror, count)) ?? null,
      loadBalancer: this.loadBalancer === null ? null : toLoadBalancer(this.loadBalancer, count),
      sensors: this.sensors.map((sensor) => toSensor(sensor, count)),
      alerts: this.alerts,
      faults: this.faults,
    })
  }

  readEve: ConsoleSource['readEve'] = async () => {
    const lines = this.#lines
    this.#lines = []
    return lines
  }

  demonstration: ConsoleSource['demonstration'] = {
    view: () => this.demonstrationView,
    begin: (action, sensor) => {
      const refusal = this.refusals[action] ?? null
      if (refusal === null) this.begun.push(sensor === null ? action : `${action} ${sensor}`)
      return refusal
    },
  }
}

/** A counter's value now, after it has grown by the rate. */
type Count = (counter: string, rate: number) => number

const countKnown = (count: Count, counter: string, rate: Rate) => (rate === null ? null : count(counter, rate))

const toSource = ({ name, mirrored, skipped }: ScriptedMirror, count: Count) => ({
  ...{ name, zone: 'zone-a' },
  mirrored: countKnown(count, `${name} mirrored`, mirrored),
  skipped: countKnown(count, `${name} skipped`, skipped),
})

const toLoadBalancer = ({ received, noTarget, isFailOpen }: ScriptedBalancer, count: Count) => ({
  receivedPackets: count('received', received),
  forwardedPackets: count('forwarded', received - noTarget),
  noTargetPackets: count('no target', noTarget),
  isFailOpen,
})

function toSensor({ packets, drops, ...parts }: ScriptedSensor, count: Count): SensorReading {
  const [captured, dropped] = [
    countKnown(count, `${parts.id} packets`, packets),
    countKnown(count, `${parts.id} drops`, drops),
  ]
  return sensorReading(parts.id, {
    zone: 'zone-a',
    forwardedPackets: captured,
    funnel: captured === null ? [] : [{ place: 'af-packet', packets: captured, drops: dropped }],
    ...parts,
  })
}
