import type { Environment } from './config.ts'
import { toDeviceNames } from './decapsulation.ts'
import { toSuricataSettings } from './suricata/suricata-settings.ts'
import { toSuricataYaml } from './suricata/suricata-yaml.ts'

/** What `--check` prints when the settings pass: what an agent with them would do. */
export function toCheckSummary(environment: Environment): string {
  const yaml = toSuricataYaml(toSuricataSettings(environment))
  const threads = environment.SENSOR_CAPTURE_THREADS === 0 ? 'one thread a core' : environment.SENSOR_CAPTURE_THREADS
  const rows = [
    ['sensor', `${environment.SENSOR_ID} in zone ${environment.SENSOR_ZONE}`],
    [
      'capture',
      `${[environment.SENSOR_INTERFACE, ...toDeviceNames(environment)].join(' ')}, threads: ${threads}, ring: ${environment.SENSOR_RING_MEBIBYTES} MiB each`,
    ],
    ['engine', `${environment.SENSOR_SURICATA_BINARY}, configuration of ${yaml.split('\n').length} lines generated`],
    ['rules', `${environment.SENSOR_RULES_DIRS}, looked at every ${environment.SENSOR_RULES_CHECK_SECONDS} s`],
    ['logs', environment.SENSOR_LOG_DIR],
    ['state', environment.SENSOR_STATE_DIR],
    ['group', toGroup(environment)],
    ['http', `${environment.SENSOR_HTTP_HOST} port ${environment.SENSOR_HTTP_PORT}`],
    ['sample', `every ${environment.SENSOR_SAMPLE_SECONDS} s, judged over ${environment.SENSOR_WINDOW_SECONDS} s`],
  ] as const
  return `OK: the settings are accepted; nothing was changed\n${rows.map(([name, text]) => `  ${name.padEnd(9)}${text}\n`).join('')}`
}

function toGroup(environment: Environment): string {
  const { SENSOR_AUTO_SCALING_GROUP: group, SENSOR_CLOUDWATCH_NAMESPACE: namespace } = environment
  if (group === '') return 'none; no AWS API is called'
  const hooks = [environment.SENSOR_LAUNCH_HOOK, environment.SENSOR_TERMINATE_HOOK].filter((name) => name !== '')
  return `${group}, hooks: ${hooks.join(' ') || 'none'}, metrics: ${namespace || 'none'}`
}
