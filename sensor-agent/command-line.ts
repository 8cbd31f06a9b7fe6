import { toSettingsHelp } from './environment.ts'
import { nearestName } from './nearest-name.ts'
import { toPrintable } from './printable.ts'

const actions = { '--help': 'help', '--version': 'version', '--check': 'check' } as const

export type CommandLine =
  | { readonly ok: true; readonly action: (typeof actions)[keyof typeof actions] | 'run' }
  | { readonly ok: false; readonly complaint: string }

/** The arguments after the program's name: none, or one option. All else comes from the environment. */
export function decodeCommandLine(args: readonly string[]): CommandLine {
  const [option, ...more] = args
  if (option === undefined) return { ok: true, action: 'run' }
  const known = Object.entries(actions).find(([name]) => name === option)
  if (known === undefined) return { ok: false, complaint: toUnknownOption(option) }
  if (more.length > 0) return { ok: false, complaint: `${option} stands alone, got ${args.length} arguments` }
  return { ok: true, action: known[1] }
}

function toUnknownOption(option: string): string {
  const near = nearestName(option, Object.keys(actions), 2)
  const allowed = `allowed is one of ${Object.keys(actions).join(', ')}`
  return `unknown option "${toPrintable(option, 80)}"; ${near === undefined ? allowed : `did you mean ${near}?`}`
}

export const toHelp = (): string => `sensor-agent: runs one Suricata sensor, and says on HTTP how it is

usage: node sensor-agent/main.ts [option]
  --check    decode the settings, generate Suricata's configuration, print a summary; changes nothing
  --version  print the version
  --help     print this text

examples:
  SENSOR_ID=i-0abc node sensor-agent/main.ts --check && systemctl start sensor-agent
  SENSOR_ID=i-0abc SENSOR_INTERFACE=ens6 SENSOR_HTTP_PORT=9200 node sensor-agent/main.ts
  curl -s http://127.0.0.1:9100/readyz     may the load balancer send traffic: 200 or 503
  curl -s http://127.0.0.1:9100/status     everything that the last sample said
  curl -s http://127.0.0.1:9100/metrics    the same for Prometheus
  curl -s http://127.0.0.1:9100/livez      200 while the agent answers

signals:
  SIGTERM, SIGINT  leave service, stop Suricata, flush its logs, end; a second one hastens
  SIGUSR2          end and leave Suricata capturing, for an upgrade: the next agent takes it over
  SIGHUP           look at the rule folders now
  SIGKILL          leaves Suricata capturing too

exit code: 0 ended as asked, 1 could not go on (the reason is the last log line), 2 bad option or settings

settings, all from the environment:
${toSettingsHelp()}
`
