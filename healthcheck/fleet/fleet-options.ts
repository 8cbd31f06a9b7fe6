import { parseArgs } from 'node:util'

/** What a value must look like, and the words for it. */
export interface OptionShape {
  readonly fits: (value: string) => boolean
  readonly allowed: string
}

const matches = (pattern: RegExp, allowed: string): OptionShape => ({ fits: (value) => pattern.test(value), allowed })

/** A whole number without a sign. */
export const within = (least: number, most: number): OptionShape => ({
  fits: (value) => /^(?:0|[1-9]\d{0,4})$/.test(value) && Number(value) >= least && Number(value) <= most,
  allowed: `${least}..${most}`,
})

/** Which fleet, and where its sensors are asked: what every command that looks at a fleet takes. */
export const fleetShapes = {
  name: matches(
    /^[a-z](?:[a-z0-9-]{0,18}[a-z0-9])?$/,
    '1 to 20 characters of a-z, 0-9 and -, starting with a letter and not ending with -',
  ),
  // CreateAutoScalingGroup: 1 to 255 characters, no colon.
  group: matches(/^[!-9;-~]{1,255}$/, 'the name of an Auto Scaling group'),
  region: matches(/^[a-z]{2}(?:-[a-z]+)+-\d$/, 'an AWS region, such as eu-central-1'),
  'target-group': matches(
    /^arn:[a-z-]+:elasticloadbalancing:[a-z0-9-]+:\d{12}:targetgroup\/[A-Za-z0-9-]{1,32}\/[0-9a-f]{1,32}$/,
    'the ARN of a target group, arn:aws:elasticloadbalancing:…:targetgroup/NAME/ID',
  ),
  port: within(1, 65_535),
} as const satisfies Record<string, OptionShape>

export interface FleetOptions {
  /** Of the Auto Scaling group. */
  readonly group: string
  /** null: as the SDK finds it, in the environment or the profile. */
  readonly region: string | null
  /** null: the group's own. */
  readonly targetGroupArn: string | null
  /** Of the agents. */
  readonly port: number
}

/** Their lines in a command's help. */
export const fleetUsage = `  --name NAME           as in the fleet's description (default mirror-fleet): the group NAME-sensors
  --group GROUP         the Auto Scaling group, instead of --name
  --region REGION       (default: AWS_REGION, or the profile's)
  --target-group ARN    of a network or gateway load balancer (default: the group's own)
  --port PORT           of the agents, 1..65535 (default 9100)`

export interface GivenOptions<Name extends string, Flag extends string> {
  /** All that is wrong; none: the rest may be read. */
  readonly complaints: readonly string[]
  /** null: not given. */
  readonly word: (name: Name | keyof typeof fleetShapes) => string | null
  readonly flag: (name: Flag) => boolean
}

/**
 * Reads the options of a command that looks at a fleet.
 * @param shapes the command's own options with a value, beside those of `fleetShapes`
 * @param flags its options without one
 */
export function readOptions<Name extends string, Flag extends string>(
  args: readonly string[],
  shapes: Readonly<Record<Name, OptionShape>>,
  flags: readonly Flag[],
): GivenOptions<Name, Flag> {
  const all: Readonly<Record<string, OptionShape>> = { ...fleetShapes, ...shapes }
  const names: readonly string[] = [...Object.keys(all), ...flags]
  const { values, positionals, tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(names.map((name) => [name, { type: name in all ? 'string' : 'boolean' }])),
    ...{ strict: false, tokens: true },
  })
  const given = tokens.filter((token) => token.kind === 'option')
  const unknown = given.filter(({ name }) => !names.includes(name)).map(({ rawName }) => rawName)
  const twice = names.filter((name) => given.filter((token) => token.name === name).length > 1)
  const complaints = [
    ...unknown.map((name) => `${name}: unknown option; known are ${names.map((one) => `--${one}`).join(', ')}`),
    ...positionals.map((word) => `${word}: unexpected argument; options start with --`),
    ...twice.map((name) => `--${name}: given twice, allowed is once`),
    ...flags.filter((name) => typeof values[name] === 'string').map((name) => `--${name}: got a value, takes none`),
    ...Object.entries(all).flatMap(([name, { fits, allowed }]) => {
      const value = values[name]
      if (value === undefined || (typeof value === 'string' && fits(value))) return []
      return [`--${name}: got ${typeof value === 'string' ? `"${value}"` : 'nothing'}, allowed is ${allowed}`]
    }),
    ...(values.name !== undefined && values.group !== undefined
      ? ['--group: got it beside --name, allowed is one of the two']
      : []),
  ]
  const word = (name: string): string | null => (typeof values[name] === 'string' ? values[name] : null)
  return { complaints, word, flag: (name) => values[name] === true }
}

/** @param given without complaints */
export function toFleetOptions({ word }: Pick<GivenOptions<never, never>, 'word'>): FleetOptions {
  return {
    // As infra/aws/aws-fleet.ts names it; a test holds both together.
    group: word('group') ?? `${word('name') ?? 'mirror-fleet'}-sensors`,
    region: word('region'),
    targetGroupArn: word('target-group'),
    port: Number(word('port') ?? 9100),
  }
}
