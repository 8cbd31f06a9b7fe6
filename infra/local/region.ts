import { appendFileSync, readFileSync } from 'node:fs'
import { writeAgentBundle } from '../agent-bundle.ts'
import type { FleetDescription } from '../fleet.ts'
import { startInternet } from './internet.ts'
import type { LoadBalancerConfiguration } from './load-balancer/configuration.ts'
import { type LoadBalancerClient, startLoadBalancer } from './load-balancer/load-balancer-client.ts'
import type { RegionProcess } from './namespace-process.ts'
import { buildNetwork } from './network.ts'
import { type NetworkPlan, toNetworkPlan } from './network-plan.ts'
import { claimRegion } from './region-registry.ts'
import {
  readSensorStatus,
  type Sensor,
  type SensorStatus,
  sensorHttpPort,
  startSensor,
  toAgentBundle,
} from './sensor.ts'
import { startTrafficMirror, type TrafficMirror } from './source-mirror.ts'

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
  /** Ends every process, in the order of the traffic, and removes everything. Safe to call twice. */
  readonly stop: () => Promise<void>
}

export interface RegionOptions {
  readonly fleet: FleetDescription
  /** One sentence for each step, for a person who waits. */
  readonly onProgress: (step: string) => void
  /** Called when a process that ought to run ended by itself. */
  readonly onLost: (sentence: string) => void
}

/**
 * Builds the network, starts every part and waits for none but the load balancer: sensors become ready in their own time.
 * What was started is taken down again when a later part fails.
 */
export async function startRegion({ fleet, onProgress, onLost }: RegionOptions): Promise<Region> {
  const claim = await claimRegion()
  const started: RegionProcess[] = []
  let stopping: Promise<void> | null = null
  const stop = () => {
    stopping ??= stopProcesses(started).finally(claim.release)
    return stopping
  }
  const watch = <P extends RegionProcess>(process: P): P => {
    started.push(process)
    void process.exited.then(({ code, signal }) => {
      if (!stopping) onLost(`${process.name} ended by itself with ${code ?? signal}${readLogEnd(process.logPath)}`)
    })
    return process
  }
  try {
    const plan = toNetworkPlan(claim.id, toMembers(fleet))
    onProgress(`region ${claim.id}: network namespaces and links`)
    await buildNetwork(plan)
    await writeAgentBundle(toAgentBundle(claim.folder))
    onProgress(`web server, resolver and ${plan.sensors.length} sensors`)
    for (const process of await startInternet(plan, claim.folder)) watch(process)
    const sensors = await Promise.all(plan.sensors.map((address) => startSensor(fleet, plan, address, claim.folder)))
    for (const sensor of sensors) watch(sensor.agent)
    onProgress(`load balancer at ${plan.loadBalancer.address} and ${plan.sources.length} traffic mirrors`)
    const loadBalancerLog = `${claim.folder}/load-balancer.log`
    const loadBalancer = await startLoadBalancer({
      namespace: plan.loadBalancer.namespace,
      configuration: toLoadBalancerConfiguration(fleet, plan),
      onLog: (text) => appendFileSync(loadBalancerLog, text),
    })
    watch(toProcess(loadBalancer, loadBalancerLog))
    const mirrors = await Promise.all(
      plan.sources.map((source) => startTrafficMirror(fleet, plan, source, claim.folder)),
    )
    for (const mirror of mirrors) watch(mirror.process)
    return { id: claim.id, folder: claim.folder, plan, fleet, sensors, mirrors, loadBalancer, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

const vxlanPort = 4789

const toLoadBalancerConfiguration = (fleet: FleetDescription, plan: NetworkPlan): LoadBalancerConfiguration => ({
  address: plan.loadBalancer.address,
  port: vxlanPort,
  targets: plan.sensors.map(({ id, zone, address }) => ({ id, zone, address, healthPort: sensorHttpPort })),
  healthCheck: fleet.loadBalancer.healthCheck,
  deregistrationDelaySeconds: fleet.loadBalancer.deregistrationDelaySeconds,
})

/** The region's folder goes with the region, so what a process said last is told at once. */
function readLogEnd(path: string): string {
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n').slice(-5)
  return lines.join('') === '' ? '' : `; it said last:\n${lines.join('\n')}`
}

const toProcess = (client: LoadBalancerClient, logPath: string): RegionProcess => ({
  name: 'load-balancer',
  logPath,
  exited: new Promise((resolve) => client.child.once('exit', (code, signal) => resolve({ code, signal }))),
  stop: () => client.stop(),
})

const toMembers = (fleet: FleetDescription) => ({
  sources: fleet.sources,
  sensors: Array.from({ length: fleet.sensors.desiredCapacity }, (_, index) => ({
    id: `sensor-${index + 1}`,
    zone: fleet.zones[index % fleet.zones.length] ?? 'local',
  })),
})

/** Last started, first stopped: mirrors before the load balancer, and both before the sensors, so that nothing is cut off. */
async function stopProcesses(started: readonly RegionProcess[]): Promise<void> {
  const sensors = started.filter((process) => process.name === 'agent')
  const others = started.filter((process) => process.name !== 'agent')
  await Promise.all(others.map((process) => process.stop()))
  await Promise.all(sensors.map((process) => process.stop(agentStopSeconds)))
}

/** An agent gives Suricata ten seconds to flush its logs before it ends it the hard way. */
const agentStopSeconds = 15

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
