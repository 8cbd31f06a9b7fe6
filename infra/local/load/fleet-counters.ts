import { type Static, type TSchema, Type } from 'typebox'
import { Value } from 'typebox/value'
import { run, runIn } from '../command.ts'
import { waitUntil } from '../condition.ts'
import { toSensorLinkName } from '../network.ts'
import type { SensorAddress } from '../network-plan.ts'
import type { Region } from '../region.ts'
import { readSensorMetrics, type SensorMetrics } from './sensor-metrics.ts'

/** Packets since everything started, or between two instants. */
export interface FleetCounters {
  readonly loadBalancer: { readonly received: number; readonly forwarded: number }
  readonly sensors: readonly SensorCounters[]
}

export interface SensorCounters {
  readonly id: string
  /** Dropped on the link to it. */
  readonly linkDrops: number
  /** Came to its security group. */
  readonly mirrored: number
  /** vxlan devices of the kernel, where the envelope ends. */
  readonly hasDevices: boolean
  /** For want of room. */
  readonly deviceDrops: number
  /** Refused by them for what is in the packet. */
  readonly deviceErrors: number
  /** Came to AF_PACKET, those included that it dropped. */
  readonly captured: number
  readonly captureDrops: number
  readonly decoded: number
  /** Envelopes that the engine took off. */
  readonly tunnels: number
  readonly invalid: number
  readonly flows: number
  readonly restarts: number
}

/** @throws when a part does not answer within a few seconds */
export async function readFleetCounters(region: Region): Promise<FleetCounters> {
  const [{ receivedPackets, forwardedPackets }, drops, ...sensors] = await Promise.all([
    region.loadBalancer.describe(),
    readLinkDrops(region.plan.loadBalancer.namespace),
    ...region.plan.sensors.map(readSensor),
  ])
  const hasDevices = region.fleet.sensors.decapsulation === 'kernel'
  return {
    loadBalancer: { received: receivedPackets, forwarded: forwardedPackets },
    sensors: sensors.map(({ sensor, mirrored, metrics }) => ({
      ...{ id: sensor.id, mirrored, hasDevices },
      linkDrops: drops.get(toSensorLinkName(sensor)) ?? 0,
      deviceDrops: metrics.deviceDrops,
      deviceErrors: metrics.deviceErrors,
      captured: metrics.captured,
      captureDrops: metrics.captureDrops,
      decoded: metrics.decoded,
      tunnels: metrics.vxlan + metrics.geneve,
      invalid: metrics.invalid,
      flows: metrics.flows,
      restarts: metrics.restarts,
    })),
  }
}

const answerSeconds = 15

async function readSensor(sensor: SensorAddress) {
  const [mirrored, metrics] = await Promise.all([readMirrored(sensor), readMetrics(sensor)])
  return { sensor, mirrored, metrics }
}

/** An engine that reloads its rules or starts anew answers some time later. */
async function readMetrics(sensor: SensorAddress): Promise<SensorMetrics> {
  const metrics = await waitUntil({
    what: `counters of ${sensor.id}`,
    deadlineSeconds: answerSeconds,
    read: () => readSensorMetrics(sensor),
    isDone: (value) => value !== null,
  })
  if (metrics === null) throw new Error(`${sensor.id} has no counters`)
  return metrics
}

const NamedCounter = Type.Object({
  nftables: Type.Array(Type.Object({ counter: Type.Optional(Type.Object({ packets: Type.Integer() })) })),
})

async function readMirrored({ namespace, id }: SensorAddress): Promise<number> {
  const text = await runIn(namespace, 'nft', ['-j', 'list', 'counter', 'inet', 'sensor', 'mirrored'])
  const counters = decode(NamedCounter, text, `nft in ${id}`).nftables.flatMap(({ counter }) => counter ?? [])
  if (counters[0] === undefined) throw new Error(`nft in ${id} knows no counter "mirrored"`)
  return counters[0].packets
}

const Links = Type.Array(
  Type.Object({
    ifname: Type.String(),
    stats64: Type.Object({ tx: Type.Object({ dropped: Type.Integer() }) }),
  }),
)

/** What was sent and not taken, by link of one namespace. */
async function readLinkDrops(namespace: string): Promise<ReadonlyMap<string, number>> {
  const text = await run('ip', ['-n', namespace, '-json', '-statistics', 'link', 'show'])
  return new Map(
    decode(Links, text, `ip link in ${namespace}`).map(({ ifname, stats64 }) => [ifname, stats64.tx.dropped]),
  )
}

function decode<S extends TSchema>(schema: S, text: string, what: string): Static<S> {
  const value: unknown = JSON.parse(text)
  if (Value.Check(schema, value)) return value
  throw new Error(`${what} answered in a form that is not known: ${text.slice(0, 200)}`)
}

/** What came between two readings of the same fleet. */
export function toDifference(after: FleetCounters, before: FleetCounters): FleetCounters {
  return {
    loadBalancer: {
      received: after.loadBalancer.received - before.loadBalancer.received,
      forwarded: after.loadBalancer.forwarded - before.loadBalancer.forwarded,
    },
    sensors: after.sensors.map((sensor) => {
      const earlier = before.sensors.find(({ id }) => id === sensor.id)
      return earlier === undefined ? sensor : toSensorDifference(sensor, earlier)
    }),
  }
}

const toSensorDifference = (after: SensorCounters, before: SensorCounters): SensorCounters => ({
  id: after.id,
  hasDevices: after.hasDevices,
  linkDrops: after.linkDrops - before.linkDrops,
  mirrored: after.mirrored - before.mirrored,
  deviceDrops: after.deviceDrops - before.deviceDrops,
  deviceErrors: after.deviceErrors - before.deviceErrors,
  captured: after.captured - before.captured,
  captureDrops: after.captureDrops - before.captureDrops,
  decoded: after.decoded - before.decoded,
  tunnels: after.tunnels - before.tunnels,
  invalid: after.invalid - before.invalid,
  flows: after.flows - before.flows,
  restarts: after.restarts - before.restarts,
})
