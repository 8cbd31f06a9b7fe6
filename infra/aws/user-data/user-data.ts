import { readFileSync } from 'node:fs'
import { agentMalloc, agentNodeFlags } from '../../agent-bundle.ts'

/** What an instance of the fleet needs to become a sensor. */
export interface UserDataSettings {
  /** The zip of the agent's folder: https://bucket.s3.region.amazonaws.com/key. May hold CDK tokens, like all text here. */
  readonly assetUrl: string
  readonly region: string
  /** Where a failed start is told at once, so that the instance is replaced before its launch hook runs out. */
  readonly autoScalingUrl: string
  /** After so long a start has failed. */
  readonly deadlineSeconds: number
  /**
   * The agent's environment (sensor-agent/config.ts) without SENSOR_ID, _ZONE and _INTERFACE, which the instance adds. Has
   * the group and the launch hook.
   */
  readonly environment: Readonly<Record<string, string>>
  /** The fleet's own image holds Suricata; if it does not, the console says so before the archive is tried. */
  readonly ownImage: boolean
}

const firstStart = readFileSync(new URL('first-start.sh', import.meta.url), 'utf8')

/**
 * The shell script of an instance's first start, below the 16 KB that EC2 takes.
 *
 * @throws naming every setting that cannot be written as one quoted word: quotes, backslashes and line ends are read
 * differently by the shell, which runs the agent's `--check`, and systemd, which runs the agent
 */
export function toUserData(given: UserDataSettings): string {
  const { assetUrl, region, autoScalingUrl, deadlineSeconds, environment, ownImage } = given
  const variables = {
    ...environment,
    AWS_REGION: region,
    AGENT_NODE_FLAGS: agentNodeFlags.join(' '),
    ...agentMalloc,
  }
  const words = Object.entries({ ...variables, ASSET_URL: assetUrl, AUTO_SCALING_URL: autoScalingUrl })
  const unfit = words.filter(([name, value]) => !/^[A-Z][A-Z0-9_]*$/.test(name) || !isQuotable(value))
  if (unfit.length > 0) {
    const given = unfit.map((word) => JSON.stringify(word.join('='))).join(', ')
    throw new Error(`user data cannot hold ${given}; allowed are NAME=value without quotes, backslashes and line ends`)
  }
  return `#!/bin/bash
ASSET_URL='${assetUrl}' AUTO_SCALING_URL='${autoScalingUrl}'
REGION='${region}' OWN_IMAGE=${ownImage} DEADLINE_SECONDS=${deadlineSeconds}
settings() {
  cat <<'SETTINGS'
${Object.entries(variables)
  .map(([name, value]) => `${name}='${value}'`)
  .join('\n')}
SETTINGS
}

${firstStart}`
}

const isQuotable = (value: string): boolean => !/['"\\\p{Cc}]/u.test(value)
