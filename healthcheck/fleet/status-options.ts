import { parseArgs } from 'node:util'

export interface StatusOptions {
  readonly help: boolean
  readonly json: boolean
  /** Of the Auto Scaling group. */
  readonly group: string
  /** null: as the SDK finds it, in the environment or the profile. */
  readonly region: string | null
  /** null: the group's own. */
  readonly targetGroupArn: string | null
  readonly port: number
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

Options
  --name NAME           as in the fleet's description (default mirror-fleet): the group NAME-sensors
  --group GROUP         the Auto Scaling group, instead of --name
  --region REGION       (default: AWS_REGION, or the profile's)
  --target-group ARN    of a network or gateway load balancer (default: the group's own)
  --port PORT           of the agents, 1..65535 (default 9100)
  --deadline SECONDS    for everything, 1..600 (default 30); of that at most 5 for one sensor
  --json                one JSON object on stdout
  --help                this text

Where to run it: the sensors' port is open only to the load balancer and to the fleet's scraper security group, so on an
instance that has that group. Anywhere else AWS's two views are shown, and each sensor as "no answer".
Credentials: as the AWS SDK finds them; they need autoscaling:DescribeAutoScalingGroups,
elasticloadbalancing:DescribeTargetHealth and ec2:DescribeInstances.

Exit codes: 0 healthy or degraded, 1 unhealthy, or it could not be read, or not one sensor answered, 2 wrong use.
`

const text = { type: 'string' } as const
const flag = { type: 'boolean' } as const
const known = {
  ...{ name: text, group: text, region: text, 'target-group': text, port: text, deadline: text },
  ...{ json: flag, help: flag },
}
type Known = keyof typeof known

/** What a value must look like, and the words for it. */
const shapes: Partial<Record<Known, { readonly pattern: RegExp; readonly allowed: string; readonly most?: number }>> = {
  name: {
    pattern: /^[a-z](?:[a-z0-9-]{0,18}[a-z0-9])?$/,
    allowed: '1 to 20 characters of a-z, 0-9 and -, starting with a letter and not ending with -',
  },
  // CreateAutoScalingGroup: 1 to 255 characters, no colon.
  group: { pattern: /^[!-9;-~]{1,255}$/, allowed: 'the name of an Auto Scaling group' },
  region: { pattern: /^[a-z]{2}(?:-[a-z]+)+-\d$/, allowed: 'an AWS region, such as eu-central-1' },
  'target-group': {
    pattern: /^arn:[a-z-]+:elasticloadbalancing:[a-z0-9-]+:\d{12}:targetgroup\/[A-Za-z0-9-]{1,32}\/[0-9a-f]{1,32}$/,
    allowed: 'the ARN of a target group, arn:aws:elasticloadbalancing:…:targetgroup/NAME/ID',
  },
  port: { pattern: /^[1-9]\d{0,4}$/, allowed: '1..65535', most: 65_535 },
  deadline: { pattern: /^[1-9]\d{0,2}$/, allowed: '1..600', most: 600 },
}

/** Reads what follows `status` on the command line. All that is wrong with it comes back at once. */
export function parseStatusOptions(args: readonly string[]): ParsedStatusOptions {
  const { values, positionals, tokens } = parseArgs({ args: [...args], options: known, strict: false, tokens: true })
  const given = tokens.filter((token) => token.kind === 'option')
  const names = Object.keys(known)
  const unknown = given.filter(({ name }) => !names.includes(name)).map(({ rawName }) => rawName)
  const twice = names.filter((name) => given.filter((token) => token.name === name).length > 1)
  const complaints = [
    ...unknown.map((name) => `${name}: unknown option; known are ${names.map((one) => `--${one}`).join(', ')}`),
    ...positionals.map((word) => `${word}: unexpected argument; options start with --`),
    ...twice.map((name) => `--${name}: given twice, allowed is once`),
    ...(['json', 'help'] as const)
      .filter((name) => typeof values[name] === 'string')
      .map((name) => `--${name}: got a value, takes none`),
    ...Object.entries(shapes).flatMap(([name, { pattern, allowed, most = Number.POSITIVE_INFINITY }]) => {
      const value = values[name]
      if (value === undefined) return []
      const fits = typeof value === 'string' && pattern.test(value) && !(Number(value) > most)
      return fits
        ? []
        : [`--${name}: got ${typeof value === 'string' ? `"${value}"` : 'nothing'}, allowed is ${allowed}`]
    }),
    ...(values.name !== undefined && values.group !== undefined
      ? ['--group: got it beside --name, allowed is one of the two']
      : []),
  ]
  if (complaints.length > 0) return { ok: false, complaints }
  const word = (name: Known): string | null => (typeof values[name] === 'string' ? values[name] : null)
  return {
    ok: true,
    options: {
      help: values.help === true,
      json: values.json === true,
      // As infra/aws/aws-fleet.ts names it; a test holds both together.
      group: word('group') ?? `${word('name') ?? 'mirror-fleet'}-sensors`,
      region: word('region'),
      targetGroupArn: word('target-group'),
      port: Number(word('port') ?? 9100),
      deadlineSeconds: Number(word('deadline') ?? 30),
    },
  }
}
