import { run } from '../command.ts'
import type { SensorAddress } from '../network-plan.ts'
import { sensorHttpPort } from '../sensor.ts'

/** Series of the agent's /metrics (sensor-agent/metrics.ts) that have no place in /status. */
export const sensorSeries = {
  captured: 'sensor_capture_packets_total',
  captureDrops: 'sensor_capture_drops_total',
  decoded: 'sensor_decoded_packets_total',
  vxlan: 'sensor_vxlan_packets_total',
  geneve: 'sensor_geneve_packets_total',
  invalid: 'sensor_invalid_packets_total',
  flows: 'sensor_flows_total',
  deviceDrops: 'sensor_vxlan_device_drops_total',
  deviceErrors: 'sensor_vxlan_device_errors_total',
  rulesLoaded: 'sensor_rules_loaded',
  restarts: 'sensor_engine_restarts_total',
} as const
export type SensorMetrics = Readonly<Record<keyof typeof sensorSeries, number>>

const names = Object.keys(sensorSeries).filter((name): name is keyof typeof sensorSeries =>
  Object.hasOwn(sensorSeries, name),
)

/** @returns null when a series is absent: its source failed or has not answered yet */
export function decodeMetrics(text: string): SensorMetrics | null {
  const values = new Map<string, number>()
  for (const line of text.split('\n')) {
    const match = /^([a-z_]+) (\d+(?:\.\d+)?(?:e\+\d+)?)$/.exec(line)
    if (match?.[1] !== undefined) values.set(match[1], Number(match[2]))
  }
  if (names.some((name) => !values.has(sensorSeries[name]))) return null
  const value = (name: keyof typeof sensorSeries) => values.get(sensorSeries[name]) ?? 0
  return {
    captured: value('captured'),
    captureDrops: value('captureDrops'),
    decoded: value('decoded'),
    vxlan: value('vxlan'),
    geneve: value('geneve'),
    invalid: value('invalid'),
    flows: value('flows'),
    deviceDrops: value('deviceDrops'),
    deviceErrors: value('deviceErrors'),
    rulesLoaded: value('rulesLoaded'),
    restarts: value('restarts'),
  }
}

const deadlineSeconds = 5

/** @returns null while the agent does not answer, or not in full */
export async function readSensorMetrics({ namespace, address }: SensorAddress): Promise<SensorMetrics | null> {
  const url = `http://${address}:${sensorHttpPort}/metrics`
  // `--disable` counts only as the first: without it curl reads the .curlrc of the user's home, whatever HOME says.
  const options = ['--disable', '--silent', '--noproxy', '*', '--max-time', String(deadlineSeconds)]
  const text = await run('ip', ['netns', 'exec', namespace, 'curl', ...options, url]).catch(() => null)
  return text === null ? null : decodeMetrics(text)
}
