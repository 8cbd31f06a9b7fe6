import { type FleetOptions, fleetUsage, readOptions, toFleetOptions, within } from './fleet-options.ts'

export interface StatusOptions extends FleetOptions {
  readonly help: boolean
  readonly json: boolean
  readonly deadlineSeconds: number
}

export type ParsedStatusOptions =
  | { readonly ok: true; readonly options: StatusOptions }
  | { readonly ok: false; readonly complaints: readonly string[] }

export const usage = `Says how a fleet on AWS is in three views, its Auto Scaling group's, its load balancer's and each sensor's own, and
where they disagree. Reads only.

  npm run fleet -- status                                        the fleet that is named mirror-fleet
  npm run fleet -- status --name single-vpc --region eu-central-1
  npm run --silent fleet -- status --json | jq .disagreements

The same fleet as a page in the browser, kept up to date: npm run fleet -- console (see npm run fleet -- console --help).

Options
${fleetUsage}
  --deadline SECONDS    for everything, 1..600 (default 30); of that at most 5 for one sensor
  --json                one JSON object on stdout
  --help                this text

Where to run it: the sensors' port is open only to the load balancer and to the fleet's scraper security group, so on an
instance that has that group. Anywhere else AWS's two views are shown, and each sensor as "no answer".
Credentials: as the AWS SDK finds them; they need autoscaling:DescribeAutoScalingGroups,
elasticloadbalancing:DescribeTargetHealth and ec2:DescribeInstances.

Exit codes: 0 healthy or degraded, 1 unhealthy, or it could not be read, or not one sensor answered, 2 wrong use.
`

/** Reads what follows `status` on the command line. All that is wrong with it comes back at once. */
export function parseStatusOptions(args: readonly string[]): ParsedStatusOptions {
  const given = readOptions(args, { deadline: within(1, 600) }, ['json', 'help'])
  if (given.complaints.length > 0) return { ok: false, complaints: given.complaints }
  return {
    ok: true,
    options: {
      ...toFleetOptions(given),
      help: given.flag('help'),
      json: given.flag('json'),
      deadlineSeconds: Number(given.word('deadline') ?? 30),
    },
  }
}
