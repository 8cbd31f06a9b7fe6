import { execFile } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { promisify } from 'node:util'
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import type { Environment } from '../../sensor-agent/config.ts'
import { agentNodeFlags } from '../agent-bundle.ts'
import type { FleetDescription } from '../fleet.ts'
import { type NamespaceProcess, startInNamespace } from './namespace-process.ts'
import type { NetworkPlan, SensorAddress } from './network-plan.ts'

const run = promisify(execFile)
/** A sensor's HTTP port: health check and metrics. */
export const sensorHttpPort = 9100
const statusDeadlineSeconds = 5

/** Null while its source has not answered yet. */
const Figure = Type.Union([Type.Number(), Type.Null()])

/** The part of an agent's /status that a region looks at; the rest is the reader's at the terminal. */
const SensorStatus = Type.Object({
  id: Type.String(),
  verdict: Type.Object({
    status: Type.Union([Type.Literal('healthy'), Type.Literal('degraded'), Type.Literal('unhealthy')]),
    ready: Type.Boolean(),
    findings: Type.Array(Type.Object({ reason: Type.String(), observed: Type.Number(), limit: Type.Number() })),
  }),
  engine: Type.Object({
    phase: Type.String(),
    pid: Figure,
    restarts: Type.Number(),
    adoptions: Type.Number(),
  }),
  rules: Type.Object({
    loaded: Figure,
    rejected: Type.Array(Type.Object({ file: Type.String(), line: Figure, message: Type.String() })),
  }),
  funnel: Type.Array(Type.Object({ place: Type.String(), packets: Figure, drops: Figure })),
})
export type SensorStatus = Static<typeof SensorStatus>

/** One bundle serves all sensors of a region. */
export const toAgentBundle = (regionFolder: string): string => `${regionFolder}/sensor-agent.mjs`

export interface Sensor {
  readonly address: SensorAddress
  /** The agent; it is replaced when it is started again. */
  readonly agent: NamespaceProcess
  readonly logFolder: string
  readonly stateFolder: string
}

/** Starts the real agent, which starts the real Suricata, in the sensor's namespace. */
export async function startSensor(
  fleet: FleetDescription,
  plan: NetworkPlan,
  address: SensorAddress,
  regionFolder: string,
): Promise<Sensor> {
  const folder = `${regionFolder}/${address.id}`
  const logFolder = `${folder}/log`
  const stateFolder = `${folder}/state`
  await mkdir(logFolder, { recursive: true })
  await mkdir(stateFolder, { recursive: true })
  await mkdir(`${folder}/rules`, { recursive: true })
  const environment: Partial<Record<keyof Environment, string>> = {
    SENSOR_ID: address.id,
    SENSOR_ZONE: address.zone,
    SENSOR_HTTP_HOST: address.address,
    SENSOR_HTTP_PORT: String(sensorHttpPort),
    SENSOR_INTERFACE: 'eth0',
    SENSOR_CAPTURE_THREADS: String(fleet.sensors.captureThreads),
    SENSOR_RING_MEBIBYTES: String(fleet.sensors.ringMebibytes),
    SENSOR_HOME_NETS: plan.vpcCidr,
    SENSOR_STATE_DIR: stateFolder,
    SENSOR_LOG_DIR: logFolder,
    SENSOR_RULES_DIRS: `/etc/suricata/rules:${folder}/rules`,
    SENSOR_RULES_CHECK_SECONDS: '2',
  }
  const agent = await startInNamespace({
    namespace: address.namespace,
    name: 'agent',
    command: process.execPath,
    args: [...agentNodeFlags, toAgentBundle(regionFolder)],
    env: environment,
    logFolder: folder,
  })
  return { address, agent, logFolder, stateFolder }
}

/**
 * What the sensor says of itself, asked from inside its namespace, for no link leads there from the host.
 * @returns null while the agent does not answer
 */
export async function readSensorStatus({ namespace, address }: SensorAddress): Promise<SensorStatus | null> {
  const url = `http://${address}:${sensorHttpPort}/status`
  const curl = ['curl', '--silent', '--noproxy', '*', '--max-time', String(statusDeadlineSeconds), url]
  const answer = await run('ip', ['netns', 'exec', namespace, ...curl]).catch(() => null)
  if (answer === null) return null
  const status: unknown = JSON.parse(answer.stdout)
  if (!Value.Check(SensorStatus, status)) {
    throw new Error(`the agent at ${url} answered something else than /status: ${answer.stdout.slice(0, 200)}`)
  }
  return status
}

/** Packets that reached the capture, drops included, and those dropped there. */
export function toCaptured(status: SensorStatus): { packets: number; drops: number } {
  const capture = status.funnel.find(({ place }) => place === 'af-packet')
  return { packets: capture?.packets ?? 0, drops: capture?.drops ?? 0 }
}
