import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { Value } from 'typebox/value'
import { LoadReport } from '../../../load/report.ts'
import { childEnvironment } from '../command.ts'
import type { NetworkPlan } from '../network-plan.ts'

const program = fileURLToPath(new URL('../../../load/main.ts', import.meta.url))
/** For starting, finishing flows and reporting, beyond the seconds that the run may take. */
const marginSeconds = 60

/** Where the generator sends in a region: from the first source's mirror link to the load balancer. */
export function toDestination({ sources, loadBalancer }: NetworkPlan): { namespace: string; options: string[] } {
  const source = sources[0]
  if (source === undefined) throw new Error('a region without sources has no mirror link to send on')
  return {
    namespace: source.namespace,
    options: [
      ...['--interface', 'mirror0', '--destination-address', loadBalancer.address],
      ...['--source-mac', source.mirrorMac, '--destination-mac', source.loadBalancerMac],
    ],
  }
}

export interface GeneratorOptions {
  readonly plan: NetworkPlan
  /** Of load/main.ts, without those that say where to. */
  readonly args: readonly string[]
  /** The most that the scenario takes. */
  readonly seconds: number
  /** Gets what it says on stderr. */
  readonly say: (text: string) => void
  /** Ends the run early; what was sent until then is reported. */
  readonly signal: AbortSignal
}

/** Plays a scenario from inside the first source's namespace. @throws when it does not end with a report */
export function runGenerator({ plan, args, seconds, say, signal }: GeneratorOptions): Promise<LoadReport> {
  const { namespace, options } = toDestination(plan)
  const command = [process.execPath, program, ...options, ...args, '--json']
  const child = spawn('ip', ['netns', 'exec', namespace, ...command], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: childEnvironment(),
    timeout: (seconds + marginSeconds) * 1000,
    killSignal: 'SIGKILL',
    // A process group of its own: Ctrl-C is for the parent, which decides when it ends.
    detached: true,
  })
  const stop = () => child.kill('SIGTERM')
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = `${stderr}${text}`.slice(-2000)
    say(text.trimEnd())
  })
  return new Promise((resolve, reject) => {
    child.once('error', (cause) => reject(new Error('the generator could not be started', { cause })))
    child.once('close', (code, ended) => {
      signal.removeEventListener('abort', stop)
      const report = decodeReport(stdout)
      if (report !== null) return resolve(report)
      reject(new Error(`the generator ended with ${code ?? ended} and no report; it said last: ${stderr.trim()}`))
    })
  })
}

/** @returns null for a text that is no report */
export function decodeReport(text: string): LoadReport | null {
  try {
    const report: unknown = JSON.parse(text)
    return Value.Check(LoadReport, report) ? report : null
  } catch {
    return null
  }
}
