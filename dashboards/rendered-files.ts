import { type RuleSettings, toAlertRuleFile, toRecordingRuleFile } from './alerts/rule-groups.ts'
import { toDashboard } from './boards/board.ts'
import { boards } from './boards/boards.ts'
import { compose } from './grafana/compose.ts'
import { boardProvider, toDataSources } from './grafana/provisioning.ts'
import {
  agentPort,
  type SensorTarget,
  toPrometheusConfiguration,
  toTargetFile,
} from './prometheus/scrape-configuration.ts'
import { toYaml, type Yaml } from './yaml.ts'

export interface RenderSettings extends RuleSettings {
  /** The AWS region of EC2 service discovery and of CloudWatch. */
  readonly region: string
}

const intervalSeconds = 15
/** A local region lives for minutes. */
const localIntervalSeconds = 2

const targetFile = 'targets/sensors.yml'

const origin = 'Written by `npm run dashboards` of mirror-fleet: change it there, or copy it.'

/** Every file that is rendered, by its path; the same settings give the same bytes. */
export function toRenderedFiles(settings: RenderSettings): ReadonlyMap<string, string> {
  const yaml = (document: Yaml, ...comment: string[]): string => toYaml(document, [origin, ...comment])
  const file = { kind: 'file', path: targetFile } as const
  return new Map([
    ...boards.map((board): [string, string] => [
      `grafana/dashboards/${board.name}.json`,
      `${JSON.stringify(toDashboard(board), null, 2)}\n`,
    ]),
    [
      'grafana/provisioning/datasources/mirror-fleet.yml',
      yaml(toDataSources('http://prometheus:9090', intervalSeconds, settings.region)),
    ],
    ['grafana/provisioning/dashboards/mirror-fleet.yml', yaml(boardProvider)],
    [
      'prometheus/ec2.yml',
      yaml(
        toPrometheusConfiguration({ kind: 'ec2', region: settings.region, port: agentPort }, intervalSeconds),
        'Sensors are found by their tag. Needs ec2:DescribeInstances and ec2:DescribeAvailabilityZones.',
      ),
    ],
    ['prometheus/static.yml', yaml(toPrometheusConfiguration(file, intervalSeconds))],
    ['prometheus/local-region.yml', yaml(toPrometheusConfiguration(file, localIntervalSeconds))],
    [
      `prometheus/${targetFile}`,
      yaml(
        [],
        'The sensors of static.yml, each as',
        '- targets: ["10.0.1.20:9100"]',
        '  labels: {fleet: "mirror-fleet", zone: "eu-central-1a", sensor: "sensor-1"}',
      ),
    ],
    ['prometheus/rules/records.yml', yaml(toRecordingRuleFile(settings))],
    ['prometheus/rules/alerts.yml', yaml(toAlertRuleFile(settings))],
    [
      'docker-compose.yml',
      yaml(compose, 'GRAFANA_PASSWORD=… docker compose up; PROMETHEUS_CONFIGURATION=ec2 for a fleet on AWS.'),
    ],
  ])
}

/** What a Prometheus needs that is started with `local-region.yml`, by path: configuration, rules, and its targets. */
export function toLocalPrometheus(
  settings: RenderSettings,
  targets: readonly SensorTarget[],
): ReadonlyMap<string, string> {
  const folder = 'prometheus/'
  const shipped = [...toRenderedFiles(settings)].filter(([path]) => path.startsWith(folder))
  return new Map([
    ...shipped.map(([path, text]): [string, string] => [path.slice(folder.length), text]),
    [targetFile, toYaml(toTargetFile(targets))],
  ])
}
