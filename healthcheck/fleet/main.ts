import { FleetUnread, toFault } from './aws-call.ts'
import { makeClients } from './clients.ts'
import { toFleetStatus } from './fleet-status.ts'
import { readMembers } from './read-members.ts'
import { parseStatusOptions, usage } from './status-options.ts'
import { toStatusText } from './status-text.ts'

const say = (text: string): void => void process.stderr.write(`${text}\n`)
const print = (text: string): void => void process.stdout.write(`${text}\n`)

const sensorDeadlineSeconds = 5

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
    return misuse([`got ${command === undefined ? 'nothing' : `"${command}"`}, allowed is status or console`])
  print(usage)
  return 0
}

// Not exitCode: a pause of the SDK's between two attempts would keep the process alive after the deadline.
process.exit(await main(process.argv.slice(2)))
