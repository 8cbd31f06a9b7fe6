import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { toLocalPrometheus } from '../../dashboards/rendered-files.ts'
import type { FleetDescription } from '../fleet.ts'
import { type KeptProcess, keepRunning } from './kept-process.ts'
import { startInNamespace } from './namespace-process.ts'
import type { Region } from './region.ts'
import { toMostSensors } from './region-sensors.ts'
import { sensorHttpPort } from './sensor.ts'

const runbook = fileURLToPath(new URL('../../dashboards/runbook.md', import.meta.url))
/** Inside the load balancer's namespace: from there the sensors can be reached. */
const listenAddress = '127.0.0.1:9090'
export const prometheusOrigin = `http://${listenAddress}`

/** A Prometheus that scrapes a region's sensors and evaluates the shipped rules; its data goes with the region. */
export interface RegionPrometheus extends Pick<KeptProcess, 'stop'> {
  /** To be called when the region has got a sensor. Prometheus sees by itself that the file has changed. */
  readonly writeTargets: () => Promise<void>
}

/** Starts it and does not wait for its first scrape. */
export async function startPrometheus(region: Region): Promise<RegionPrometheus> {
  const folder = join(region.folder, 'prometheus')
  const files = () => toLocalPrometheus(toSettings(region.fleet), toTargets(region))
  for (const [path, text] of files()) await writeWhole(join(folder, path), text)
  await mkdir(join(folder, 'data'), { recursive: true })
  const start = () =>
    startInNamespace({
      namespace: region.plan.loadBalancer.namespace,
      name: 'Prometheus',
      command: 'prometheus',
      args: [
        `--config.file=${folder}/local-region.yml`,
        `--storage.tsdb.path=${folder}/data`,
        `--web.listen-address=${listenAddress}`,
        '--log.level=warn',
      ],
      logPath: `${folder}/prometheus.log`,
    })
  const { stop } = await keepRunning(start, region.tellEnd)
  const writeTargets = async () => {
    for (const [path, text] of files()) if (path.startsWith('targets/')) await writeWhole(join(folder, path), text)
  }
  return { stop, writeTargets }
}

const toSettings = (fleet: FleetDescription) => ({
  maximumCapacities: { [fleet.name]: toMostSensors(fleet) },
  runbookUrl: runbook,
  // For the data source of CloudWatch, which has nothing to say of this machine.
  region: 'us-east-1',
})

const toTargets = ({ fleet, plan }: Region) =>
  plan.sensors.map(({ id, zone, address }) => ({
    fleet: fleet.name,
    zone,
    sensor: id,
    address: `${address}:${sensorHttpPort}`,
  }))

/** Half a file must not be read. */
async function writeWhole(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(`${path}.new`, text)
  await rename(`${path}.new`, path)
}
