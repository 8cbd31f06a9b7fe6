import { mkdir } from 'node:fs/promises'
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import type { Environment } from '../../sensor-agent/config.ts'
import { agentMalloc, agentNodeFlags } from '../agent-bundle.ts'
import type { FleetDescription } from '../fleet.ts'
import { runIn } from './command.ts'
import { keepRunning } from './kept-process.ts'
import { type Exit, type NamespaceProcess, startInNamespace } from './namespace-process.ts'
import type { NetworkPlan, SensorAddress } from './network-plan.ts'

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
export const toAgentBundle = (regionFolder: string): string => `${regionFolder}/agent/sensor-agent.mjs`

/** An agent's settings. */
export type SensorEnvironment = Readonly<Partial<Record<keyof Environment, string>>>

export interface Sensor {
  readonly address: SensorAddress
  /** The agent's present process: another one follows when it ends by itself. */
  readonly agent: NamespaceProcess
  /** Ends the agent for good, and with it the engine. */
  readonly stop: (deadlineSeconds: number) => Promise<void>
  /** True from the moment that somebody stops it. */
  readonly isStopped: () => boolean
  readonly logFolder: string
  readonly stateFolder: string
}

/**
 * Starts the real agent, which starts the real Suricata, in the sensor's namespace. An agent that ended by itself is
 * started again, and adopts the engine that it finds.
 * @param onAgentEnded called when it ended by itself, or cannot be started again
 * @param overrides go before what a region's agents are told
 */
export async function startSensor(
  fleet: FleetDescription,
  plan: NetworkPlan,
  address: SensorAddress,
  regionFolder: string,
  onAgentEnded: (agent: NamespaceProcess, end: Exit | Error, pauseSeconds: number) => void,
  overrides: SensorEnvironment,
): Promise<Sensor> {
  const folder = `${regionFolder}/${address.id}`
  const logFolder = `${folder}/log`
  const stateFolder = `${folder}/state`
  await mkdir(logFolder, { recursive: true })
  await mkdir(stateFolder, { recursive: true })
  await mkdir(`${folder}/rules`, { recursive: true })
  const environment: SensorEnvironment = {
    SENSOR_ID: address.id,
    SENSOR_ZONE: address.zone,
    SENSOR_HTTP_HOST: address.address,
    SENSOR_HTTP_PORT: String(sensorHttpPort),
    SENSOR_INTERFACE: 'eth0',
    SENSOR_CAPTURE_THREADS: String(fleet.sensors.captureThreads),
    SENSOR_RING_MEBIBYTES: String(fleet.sensors.ringMebibytes),
    SENSOR_DECAPSULATION: fleet.sensors.decapsulation,
    SENSOR_VNIS: String(fleet.trafficMirrorSession.virtualNetworkId),
    SENSOR_HOME_NETS: plan.vpcCidr,
    SENSOR_STATE_DIR: stateFolder,
    SENSOR_LOG_DIR: logFolder,
    SENSOR_RULES_DIRS: `/etc/suricata/rules:${folder}/rules`,
    SENSOR_RULES_CHECK_SECONDS: '2',
    // For the boards' panels by thread: a sensor here has few.
    SENSOR_METRICS_PER_THREAD: 'true',
    ...overrides,
  }
  const start = () =>
    startInNamespace({
      namespace: address.namespace,
      name: `${address.id} agent`,
      command: process.execPath,
      args: [...agentNodeFlags, toAgentBundle(regionFolder)],
      env: { ...environment, ...agentMalloc },
      logPath: `${folder}/agent.log`,
    })
  const kept = await keepRunning(start, onAgentEnded)
  return {
    address,
    get agent() {
      return kept.current()
    },
    stop: kept.stop,
    isStopped: kept.isStopped,
    logFolder,
    stateFolder,
  }
}

/**
 * What the sensor says of itself, asked from inside its namespace, for no link leads there from the host.
 * @returns null while the agent does not answer
 * @throws when it answers something else
 */
export async function readSensorStatus({ namespace, address }: SensorAddress): Promise<SensorStatus | null> {
  const url = `http://${address}:${sensorHttpPort}/status`
  // `--disable` counts only as the first: without it curl reads the .curlrc of the user's home, whatever HOME says.
  const options = ['--disable', '--silent', '--noproxy', '*', '--max-time', String(statusDeadlineSeconds)]
  const answer = await runIn(namespace, 'curl', [...options, url]).catch(() => null)
  if (answer === null) return null
  const status = decodeStatus(answer)
  if (status === null) {
    throw new Error(`the agent at ${url} answered something else than /status: ${answer.slice(0, 200)}`)
  }
  return status
}

/** @returns null for a text that is no /status */
export function decodeStatus(text: string): SensorStatus | null {
  try {
    const status: unknown = JSON.parse(text)
    return Value.Check(SensorStatus, status) ? status : null
  } catch {
    return null
  }
}

/** Packets that reached the capture, drops included, and those dropped there. */
export function toCaptured(status: SensorStatus): { packets: number; drops: number } {
  const capture = status.funnel.find(({ place }) => place === 'af-packet')
  return { packets: capture?.packets ?? 0, drops: capture?.drops ?? 0 }
}
