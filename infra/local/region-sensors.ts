import type { FleetDescription } from '../fleet.ts'
import { removeNamespaces } from './namespaces.ts'
import { addSensorNetwork } from './network.ts'
import { type NetworkMembers, type NetworkPlan, type SensorAddress, withSensor } from './network-plan.ts'
import { maxMembers } from './options.ts'
import type { RegionParts } from './region-parts.ts'
import { type Sensor, type SensorEnvironment, startSensor } from './sensor.ts'
import { every } from './turns.ts'

/** An agent gives Suricata ten seconds to flush its logs before it ends it the hard way. */
const agentStopSeconds = 15

/** The sensor of that index, counted from 0: zones take turns. */
export const toMember = ({ zones }: FleetDescription, index: number): NetworkMembers['sensors'][number] => ({
  id: `sensor-${index + 1}`,
  zone: zones[index % zones.length] ?? 'local',
})

/** On AWS the group's maximum is the limit, here also the machine. */
export const toMostSensors = ({ sensors }: FleetDescription): number => Math.min(sensors.maximumCapacity, maxMembers)

export interface RegionSensorsOptions {
  readonly fleet: FleetDescription
  readonly plan: NetworkPlan
  readonly folder: string
  readonly parts: RegionParts
  readonly sensorEnvironment: SensorEnvironment
}

/** How a sensor becomes a target of the load balancer, and is one no more. */
export interface Registration {
  readonly register: (address: SensorAddress) => Promise<void>
  readonly deregister: (address: SensorAddress) => Promise<void>
}

/** The sensors of a region, in the order of the plan. They may come and go while the region is up. */
export class RegionSensors {
  readonly #options: RegionSensorsOptions
  readonly #sensors: Sensor[] = []
  #plan: NetworkPlan

  constructor(options: RegionSensorsOptions) {
    this.#options = options
    this.#plan = options.plan
  }

  get plan(): NetworkPlan {
    return this.#plan
  }

  get all(): readonly Sensor[] {
    return this.#sensors
  }

  /** Starts those of the plan, and waits for none to be ready. */
  async startAll(): Promise<void> {
    await every(this.#plan.sensors.map((address, index) => this.#start(this.#plan, address, index)))
  }

  /**
   * One more, or none: what was made of one that fails goes again, or its name would be taken for the next try.
   * @throws at the limit, before anything is made
   */
  async add({ register, deregister }: Registration): Promise<SensorAddress> {
    const { fleet } = this.#options
    const index = this.#plan.sensors.length
    if (index >= toMostSensors(fleet)) {
      throw new Error(
        `${index} sensors are all that the fleet may have here (sensors.maximumCapacity, ${maxMembers} at most)`,
      )
    }
    const plan = withSensor(this.#plan, toMember(fleet, index))
    const address = toAddress(plan, index)
    try {
      await addSensorNetwork(plan, address, fleet.sensors.decapsulation)
      await this.#start(plan, address, index)
      await register(address)
    } catch (error) {
      // One that did not answer may do it later, in the order in which it was asked. Nobody waits for that.
      deregister(address).catch(() => undefined)
      await this.#undo(address, index)
      throw error
    }
    this.#plan = plan
    return address
  }

  async #undo({ namespace }: SensorAddress, index: number): Promise<void> {
    const [sensor] = this.#sensors.splice(index, 1)
    // Its own failure is found by the next region; why there is no sensor matters more.
    await sensor?.stop(agentStopSeconds).catch(() => undefined)
    await removeNamespaces([namespace]).catch(() => undefined)
  }

  async stop(id: string): Promise<void> {
    await this.#find(id).stop(agentStopSeconds)
  }

  /** @throws when it runs */
  async start(id: string): Promise<void> {
    const sensor = this.#find(id)
    if (!sensor.isStopped()) throw new Error(`${id} runs; only a stopped sensor can be started`)
    await this.#start(this.#plan, sensor.address, this.#sensors.indexOf(sensor))
  }

  async #start(plan: NetworkPlan, address: SensorAddress, index: number): Promise<void> {
    const { fleet, folder, parts, sensorEnvironment } = this.#options
    const sensor = await startSensor(fleet, plan, address, folder, parts.tellEnd, sensorEnvironment)
    this.#sensors[index] = sensor
    parts.add('sensor', () => sensor.stop(agentStopSeconds))
  }

  #find(id: string): Sensor {
    const sensor = this.#sensors.find(({ address }) => address.id === id)
    if (sensor === undefined) {
      throw new Error(`there is no sensor "${id}"; there are ${this.#plan.sensors.map((one) => one.id).join(', ')}`)
    }
    return sensor
  }
}

function toAddress({ sensors }: NetworkPlan, index: number): SensorAddress {
  const address = sensors[index]
  if (address === undefined) throw new RangeError(`the plan has ${sensors.length} sensors, and none at index ${index}`)
  return address
}
