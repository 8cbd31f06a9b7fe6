import { createServer } from 'node:http'
import { describe, expect, it } from 'vitest'
import {
  type Discovery,
  toPrometheusConfiguration,
  toTargetFile,
} from '../../../dashboards/prometheus/scrape-configuration.ts'
import { scrapeLabels, sensorJob } from '../../../dashboards/queries.ts'
import { runCommand } from '../../../infra/local/command.ts'
import { portOf } from '../../support/listening-port.ts'
import { inFolder } from '../promtool.ts'

interface Discovered {
  readonly labels: Readonly<Record<string, string>>
}

/** The targets that Prometheus's own discovery makes of a configuration, with their labels. */
async function discover(configuration: object, targets: object = []): Promise<readonly Discovered['labels'][]> {
  const files = [
    ['prometheus.yml', JSON.stringify(configuration)],
    ['targets/sensors.yml', JSON.stringify(targets)],
  ] as const
  return await inFolder(files, async (folder) => {
    // It listens for as long as it is told.
    const args = ['check', 'service-discovery', '--timeout=3s', `${folder}/prometheus.yml`, sensorJob]
    const { exitCode, stdout, stderr } = await runCommand('promtool', args)
    if (exitCode !== 0) throw new Error(`promtool ended with ${exitCode}: ${stderr}`)
    const found: readonly Discovered[] = JSON.parse(stdout)
    return found.map(({ labels }) => labels)
  })
}

/** EC2's answer about one instance, as the API reference has it, cut to what discovery reads. */
const instances = `<?xml version="1.0" encoding="UTF-8"?>
<DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId><reservationSet><item>
<reservationId>r-1</reservationId><ownerId>111122223333</ownerId><instancesSet><item><instanceId>i-0123456789abcdef0</instanceId>
<imageId>ami-1</imageId><instanceState><code>16</code><name>running</name></instanceState><instanceType>c6in.2xlarge</instanceType>
<placement><availabilityZone>eu-central-1b</availabilityZone></placement><privateIpAddress>10.1.2.3</privateIpAddress>
<vpcId>vpc-1</vpcId><subnetId>subnet-1</subnetId><tagSet><item><key>mirror-fleet</key><value>edge</value></item></tagSet>
</item></instancesSet></item></reservationSet></DescribeInstancesResponse>`

const zones = `<DescribeAvailabilityZonesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId>
<availabilityZoneInfo><item><zoneName>eu-central-1b</zoneName><zoneId>euc1-az3</zoneId></item></availabilityZoneInfo>
</DescribeAvailabilityZonesResponse>`

/** @param work gets the endpoint; @returns what was asked of it */
async function withEc2<T>(
  work: (endpoint: string) => Promise<T>,
): Promise<{ result: T; asked: readonly URLSearchParams[] }> {
  const asked: URLSearchParams[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text
    })
    request.on('end', () => {
      const parameters = new URLSearchParams(body)
      asked.push(parameters)
      response.setHeader('content-type', 'text/xml')
      response.end(parameters.get('Action') === 'DescribeInstances' ? instances : zones)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    return { result: await work(`http://127.0.0.1:${portOf(server)}`), asked }
  } finally {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}

describe('toPrometheusConfiguration', () => {
  it('finds sensors on EC2 by their tag, at their private address, with fleet, zone and sensor', async () => {
    const discovery: Discovery = { kind: 'ec2', region: 'eu-central-1', port: 9100 }
    const { result, asked } = await withEc2(async (endpoint) => {
      const shipped = toPrometheusConfiguration(discovery, 15)
      const ours = { endpoint, access_key: 'dummy', secret_key: 'dummy' }
      return await discover({
        ...shipped,
        scrape_configs: shipped.scrape_configs.map((scrape) => ({
          ...scrape,
          ec2_sd_configs: scrape.ec2_sd_configs?.map((found) => ({ ...found, ...ours })),
        })),
      })
    })
    expect(result).toEqual([
      {
        ...{ __address__: '10.1.2.3:9100', __metrics_path__: '/metrics', __scheme__: 'http' },
        ...{ __scrape_interval__: '15s', __scrape_timeout__: '10s' },
        ...{ fleet: 'edge', zone: 'eu-central-1b', sensor: 'i-0123456789abcdef0' },
        ...{ instance: '10.1.2.3:9100', job: sensorJob },
      },
    ])
    const described = asked.find((parameters) => parameters.get('Action') === 'DescribeInstances')
    expect(Object.fromEntries(described ?? [])).toMatchObject({
      ...{ 'Filter.1.Name': 'tag-key', 'Filter.1.Value.1': 'mirror-fleet' },
      ...{ 'Filter.2.Name': 'instance-state-name', 'Filter.2.Value.1': 'running' },
    })
  })

  it('finds sensors in a file, with the same labels', async () => {
    const targets = toTargetFile([{ fleet: 'edge', zone: 'a', sensor: 'sensor-1', address: '198.18.2.11:9100' }])
    const configuration = toPrometheusConfiguration({ kind: 'file', path: 'targets/sensors.yml' }, 2)
    const [found = {}] = await discover(configuration, targets)
    expect(scrapeLabels.map((label) => found[label])).toEqual(['edge', 'a', 'sensor-1'])
    expect(found).toMatchObject({ __address__: '198.18.2.11:9100', job: sensorJob, __scrape_interval__: '2s' })
  })
})
