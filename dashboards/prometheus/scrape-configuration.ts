import { sensorJob } from '../queries.ts'

/** Where Prometheus finds the sensors. */
export type Discovery =
  /** The instances of a region that have the tag `mirror-fleet`; every resource of a fleet's stacks does. */
  | { readonly kind: 'ec2'; readonly region: string; readonly port: number }
  /** A file of targets with their labels, which Prometheus reads again when it changes. */
  | { readonly kind: 'file'; readonly path: string }

export interface SensorTarget {
  readonly fleet: string
  readonly zone: string
  readonly sensor: string
  /** `address:port` */
  readonly address: string
}

/** The agent's SENSOR_HTTP_PORT unless an operator sets another. */
export const agentPort = 9100

/** A whole configuration; paths in it are relative to its file. Needs ec2:DescribeInstances and DescribeAvailabilityZones on AWS. */
export const toPrometheusConfiguration = (discovery: Discovery, intervalSeconds: number) => ({
  global: { scrape_interval: `${intervalSeconds}s`, evaluation_interval: `${intervalSeconds}s` },
  rule_files: ['rules/*.yml'],
  scrape_configs: [{ job_name: sensorJob, ...toScrape(discovery) }],
})

/** Every way of finding sensors ends in the labels `fleet`, `zone` and `sensor`, which rules and boards go by. */
function toScrape(discovery: Discovery) {
  if (discovery.kind === 'file') return { file_sd_configs: [{ files: [discovery.path], refresh_interval: '30s' }] }
  const { region, port } = discovery
  return {
    ec2_sd_configs: [
      {
        region,
        // The address is the private one: sensors have no other.
        port,
        refresh_interval: '30s',
        filters: [
          { name: 'tag-key', values: ['mirror-fleet'] },
          { name: 'instance-state-name', values: ['running'] },
        ],
      },
    ],
    relabel_configs: [
      { source_labels: ['__meta_ec2_tag_mirror_fleet'], target_label: 'fleet' },
      { source_labels: ['__meta_ec2_availability_zone'], target_label: 'zone' },
      { source_labels: ['__meta_ec2_instance_id'], target_label: 'sensor' },
    ],
  }
}

/** The content of a target file. */
export const toTargetFile = (targets: readonly SensorTarget[]) =>
  targets.map(({ address, ...labels }) => ({ targets: [address], labels }))
