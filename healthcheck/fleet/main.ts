import { AutoScalingClient } from '@aws-sdk/client-auto-scaling'
import { EC2Client } from '@aws-sdk/client-ec2'
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2'
import { FleetUnread, toFault } from './aws-call.ts'
import { toFleetStatus } from './fleet-status.ts'
import { type Clients, readMembers } from './read-members.ts'
import { parseStatusOptions, type StatusOptions, usage } from './status-options.ts'
import { toStatusText } from './status-text.ts'

const say = (text: string): void => void process.stderr.write(`${text}\n`)
const print = (text: string): void => void process.stdout.write(`${text}\n`)

/** Throttled calls are repeated with growing pauses; the deadline ends them, not their number. */
const maxAttempts = 10
const sensorDeadlineSeconds = 5

function makeClients({ region, deadlineSeconds }: StatusOptions): Clients {
  const settings = {
    ...(region === null ? {} : { region }),
    maxAttempts,
    // Without the last one the client only warns on the console, and lets the request run on.
    requestHandler: { connectionTimeout: 5_000, requestTimeout: deadlineSeconds * 1000, throwOnRequestTimeout: true },
  }
  return {
    autoScaling: new AutoScalingClient(settings),
    loadBalancing: new ElasticLoadBalancingV2Client(settings),
    ec2: new EC2Client(settings),
  }
}

async function status(args: readonly string[]): Promise<number> {
  const parsed = parseStatusOptions(args)
  if (!parsed.ok) return misuse(parsed.complaints)
  const { options } = parsed
  if (options.help) {
    print(usage)
    return 0
  }
  const { group, targetGroupArn, port, deadlineSeconds } = options
  const signal = AbortSignal.timeout(deadlineSeconds * 1000)
  try {
    const question = { group, targetGroupArn, port, sensorDeadlineSeconds, signal }
    const fleet = toFleetStatus(await readMembers(makeClients(options), question))
    print(options.json ? JSON.stringify(fleet) : toStatusText(fleet))
    return fleet.ok ? 0 : 1
  } catch (error) {
    say(error instanceof FleetUnread ? error.message : toFault(error))
    say('what it needs (region, credentials, permissions): npm run fleet -- status --help')
    return 1
  }
}

function misuse(complaints: readonly string[]): number {
  say(complaints.join('\n'))
  say('see: npm run fleet -- status --help')
  return 2
}

/** `npm run fleet`: the command is the first word. */
async function main([command, ...args]: readonly string[]): Promise<number> {
  if (command === 'status') return await status(args)
  if (command !== '--help')
    return misuse([`got ${command === undefined ? 'nothing' : `"${command}"`}, allowed is status`])
  print(usage)
  return 0
}

// Not exitCode: a pause of the SDK's between two attempts would keep the process alive after the deadline.
process.exit(await main(process.argv.slice(2)))
