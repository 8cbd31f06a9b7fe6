import { appendFileSync } from 'node:fs'
import { writeAgentBundle } from '../agent-bundle.ts'
import { toErrorMessage } from '../error-message.ts'
import type { FleetDescription } from '../fleet.ts'
import { startInternet } from './internet.ts'
import type { LoadBalancerConfiguration, Target } from './load-balancer/configuration.ts'
import { type LoadBalancerClient, startLoadBalancer } from './load-balancer/load-balancer-client.ts'
import type { RegionProcess } from './namespace-process.ts'
import { buildNetwork } from './network.ts'
import { type NetworkPlan, type SensorAddress, toNetworkPlan } from './network-plan.ts'
import { RegionParts } from './region-parts.ts'
import { claimRegion } from './region-registry.ts'
import { RegionSensors, toMember } from './region-sensors.ts'
import {
  readSensorStatus,
  type Sensor,
  type SensorEnvironment,
  type SensorStatus,
  sensorHttpPort,
  toAgentBundle,
} from './sensor.ts'
import { startTrafficMirror, type TrafficMirror } from './source-mirror.ts'
import { every, Turns } from './turns.ts'

/** What happens to instances on AWS. Each resolves when it is done, and rejects with the reason when it cannot be. */
export interface RegionChanges {
  /** One more target, in the zones' turn. @returns its id */
  readonly addSensor: () => Promise<string>
  /** Ends agent and engine, as stopping an instance would: the load balancer is not told and has to notice. */
  readonly stopSensor: (id: string) => Promise<void>
  readonly startSensor: (id: string) => Promise<void>
}

/** A fleet that is up on this machine. */
export interface Region {
  readonly id: string
  /** Logs, generated configuration and sockets of all that runs in the region. */
  readonly folder: string
  readonly plan: NetworkPlan
  readonly fleet: FleetDescription
  readonly sensors: readonly Sensor[]
  readonly mirrors: readonly TrafficMirror[]
  readonly loadBalancer: LoadBalancerClient
  /** Changes to its sensors while it is up, one at a time; taking the region down waits for the one under way. */
  readonly changes: RegionChanges
  /** Starts something more, while taking the region down waits for it. */
  readonly whileUp: <T>(work: () => Promise<T>) => Promise<T>
  /** Something that only looks on: it is stopped before the rest. */
  readonly addObserver: (stop: () => Promise<unknown>) => void
  /** Says that a part has ended by itself. */
  readonly tellEnd: RegionParts['tellEnd']
  /** Ends every process, in the order of the traffic, and removes everything. Safe to call twice. */
  readonly stop: () => Promise<void>
}

export interface RegionOptions {
  readonly fleet: FleetDescription
  /** One sentence for each step, for a person who waits. */
  readonly onProgress: (step: string) => void
  /** Called when something that ought to run ended by itself. */
  readonly onLost: (sentence: string) => void
  /** Gives up between two steps while the region comes up. @default - it comes up or fails */
  readonly signal?: AbortSignal
  /** Settings of the agents that go before the region's own. @default - none */
  readonly sensorEnvironment?: SensorEnvironment
}

/**
 * Builds the network, starts every part and waits for none but the load balancer: sensors become ready in their own time.
 * What was started is taken down again when a later part fails, or when the signal comes: then with an AbortError.
 */
export async function startRegion(options: RegionOptions): Promise<Region> {
  const { fleet, onProgress, onLost, signal = new AbortController().signal, sensorEnvironment = {} } = options
  const claim = await claimRegion(onProgress, signal)
  const parts = new RegionParts(onLost)
  const turns = new Turns()
  let stopped: Promise<void> | null = null
  const stop = () => {
    stopped ??= turns
      .end()
      .then(() => parts.stop())
      .finally(claim.release)
    return stopped
  }
  const step = (what: string) => {
    signal.throwIfAborted()
    onProgress(what)
  }
  try {
    const plan = toNetworkPlan(claim.id, toMembers(fleet))
    step(`region ${claim.id}: network namespaces and links`)
    await buildNetwork(plan, fleet.sensors.decapsulation, signal)
    signal.throwIfAborted()
    await writeAgentBundle(toAgentBundle(claim.folder))
    step(`web server, resolver and ${plan.sensors.length} sensors`)
    for (const process of await startInternet(plan, claim.folder)) parts.watch('internet', process)
    const sensors = new RegionSensors({ fleet, plan, folder: claim.folder, parts, sensorEnvironment })
    await sensors.startAll()
    step(`load balancer at ${plan.loadBalancer.address} and traffic mirrors: ${plan.sources.length}`)
    const loadBalancerLog = `${claim.folder}/load-balancer.log`
    const loadBalancer = await startLoadBalancer({
      namespace: plan.loadBalancer.namespace,
      configuration: toLoadBalancerConfiguration(fleet, plan),
      onLog: (text) => appendFileSync(loadBalancerLog, text),
    })
    parts.watch('load-balancer', toProcess(loadBalancer, loadBalancerLog))
    signal.throwIfAborted()
    const mirrors = await every(
      plan.sources.map(async (source) => {
        const mirror = await startTrafficMirror(fleet, plan, source, claim.folder)
        parts.watch('mirror', mirror.process)
        return mirror
      }),
    )
    signal.throwIfAborted()
    return {
      id: claim.id,
      folder: claim.folder,
      get plan() {
        return sensors.plan
      },
      fleet,
      get sensors() {
        return sensors.all
      },
      mirrors,
      loadBalancer,
      changes: {
        addSensor: () =>
          turns.take(async () => {
            const { id } = await sensors.add({
              register: (address) => loadBalancer.register(toTarget(address)),
              deregister: ({ id }) => loadBalancer.deregister(id),
            })
            return id
          }),
        stopSensor: (id) => turns.take(() => sensors.stop(id)),
        startSensor: (id) => turns.take(() => sensors.start(id)),
      },
      whileUp: (work) => turns.take(work),
      addObserver: (end) => parts.add('observer', end),
      tellEnd: parts.tellEnd,
      stop,
    }
  } catch (error) {
    // What failed first is what the caller must hear; what cannot be removed is found by the next region.
    await stop().catch((left: unknown) => onLost(toErrorMessage(left)))
    throw error
  }
}

const vxlanPort = 4789

const toLoadBalancerConfiguration = (fleet: FleetDescription, plan: NetworkPlan): LoadBalancerConfiguration => ({
  address: plan.loadBalancer.address,
  port: vxlanPort,
  targets: plan.sensors.map(toTarget),
  healthCheck: fleet.loadBalancer.healthCheck,
  deregistrationDelaySeconds: fleet.loadBalancer.deregistrationDelaySeconds,
})

const toTarget = ({ id, zone, address }: SensorAddress): Target => ({ id, zone, address, healthPort: sensorHttpPort })

const toProcess = (client: LoadBalancerClient, logPath: string): RegionProcess => ({
  name: 'load balancer',
  logPath,
  exited: new Promise((resolve) => client.child.once('exit', (code, signal) => resolve({ code, signal }))),
  stop: () => client.stop(),
})

const toMembers = (fleet: FleetDescription) => ({
  sources: fleet.sources,
  sensors: Array.from({ length: fleet.sensors.desiredCapacity }, (_, index) => toMember(fleet, index)),
})

export interface SensorView {
  readonly id: string
  readonly targetState: string
  readonly reasonCode: string | null
  readonly forwardedPackets: number
  /** Null while the agent does not answer. */
  readonly status: SensorStatus | null
}

/** The load balancer's view and each sensor's own, side by side. */
export async function readSensors(region: Region): Promise<SensorView[]> {
  const [description, ...statuses] = await Promise.all([
    region.loadBalancer.describe(),
    ...region.plan.sensors.map(readSensorStatus),
  ])
  return region.plan.sensors.map(({ id }, index) => {
    const target = description.targets.find((t) => t.id === id)
    return {
      id,
      targetState: target?.state ?? 'unused',
      reasonCode: target?.reasonCode ?? null,
      forwardedPackets: target?.forwardedPackets ?? 0,
      status: statuses[index] ?? null,
    }
  })
}
