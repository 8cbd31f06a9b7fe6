import {
  type FleetOptions,
  fleetUsage,
  type OptionShape,
  readOptions,
  toFleetOptions,
  within,
} from '../../../healthcheck/fleet/fleet-options.ts'

export interface ConsoleOptions extends FleetOptions {
  readonly help: boolean
  readonly json: boolean
  /** What the page calls the fleet. */
  readonly fleet: string
  /** Of the page, on the loopback; 0 stands for whichever is free. */
  readonly listenPort: number
  /** Address of a Prometheus, without a slash at the end; null: alerts are not shown. */
  readonly prometheus: string | null
  readonly intervalSeconds: number
}

export type ParsedConsoleOptions =
  | { readonly ok: true; readonly options: ConsoleOptions }
  | { readonly ok: false; readonly complaints: readonly string[] }

export const usage = `Serves a page on this machine's loopback that shows a fleet on AWS and keeps up with it: its sensors with rates, findings
and the load balancer's word, where packets are lost, and alerts. Reads only, and ends with Ctrl-C.

  npm run fleet -- console                                       the fleet that is named mirror-fleet
  npm run fleet -- console --name single-vpc --region eu-central-1 --prometheus http://127.0.0.1:9090

Options
${fleetUsage}
  --listen PORT         of the page, 0..65535 (default 8080); 0 is any that is free
  --prometheus URL      the Prometheus that scrapes this fleet, http://HOST:9090 (default: alerts are not shown)
  --interval SECONDS    between two questions to AWS, 5..300 (default 10); the sensors are asked every 2 s
  --json                the page's address as one JSON object on stdout
  --help                this text

Where to run it: the sensors' port is open only to the load balancer and to the fleet's scraper security group, so on an
instance that has that group. It listens on 127.0.0.1 alone; bring its port to your browser under the same number:
  ssh -L 8080:127.0.0.1:8080 INSTANCE
  aws ssm start-session --target INSTANCE-ID --document-name AWS-StartPortForwardingSession \\
    --parameters portNumber=8080,localPortNumber=8080
Credentials: as the AWS SDK finds them; they need autoscaling:DescribeAutoScalingGroups,
elasticloadbalancing:DescribeTargetHealth and ec2:DescribeInstances.
Not seen from here: the mirrored hosts and the load balancer's counters, which only CloudWatch has, and the events, which
are in the sensors' logs.

Exit codes: 0 ended by Ctrl-C, 1 it could not start, or broke, 2 wrong use. What cannot be read is said on the page and on stderr,
and asked for again.
`

/** No user, query or fragment: it is shown, and a path is put behind it. */
const addressPattern = /^https?:\/\/(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?(?:\/[A-Za-z0-9._~-]+)*\/?$/

const shapes = {
  listen: within(0, 65_535),
  prometheus: {
    fits: (value) => addressPattern.test(value) && URL.canParse(value),
    allowed: 'the address of a Prometheus without user and query, such as http://127.0.0.1:9090',
  },
  interval: within(5, 300),
} as const satisfies Record<string, OptionShape>

/** Reads what follows `console` on the command line. All that is wrong with it comes back at once. */
export function parseConsoleOptions(args: readonly string[]): ParsedConsoleOptions {
  const given = readOptions(args, shapes, ['json', 'help'])
  if (given.complaints.length > 0) return { ok: false, complaints: given.complaints }
  const { word, flag } = given
  return {
    ok: true,
    options: {
      ...toFleetOptions(given),
      help: flag('help'),
      json: flag('json'),
      fleet: word('group') ?? word('name') ?? 'mirror-fleet',
      listenPort: Number(word('listen') ?? 8080),
      prometheus: word('prometheus')?.replace(/\/$/, '') ?? null,
      intervalSeconds: Number(word('interval') ?? 10),
    },
  }
}
