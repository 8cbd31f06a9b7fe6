import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

export const agentProgram = fileURLToPath(new URL('../../sensor-agent/main.ts', import.meta.url))
const run = promisify(execFile)

export interface LiveAgent {
  readonly process: ChildProcess
  /** Its log so far, one record per line. Throws when a line is not JSON. */
  readonly log: () => readonly Readonly<Record<string, unknown>>[]
  /** Exit code and signal, once it has ended. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>
}

export type AgentEnvironment = Readonly<Record<string, string>>

/** The real agent inside a namespace, run by its source as in development unless another program is given with its flags. */
export function startAgent(
  namespaceCommand: readonly string[],
  environment: AgentEnvironment,
  program: readonly string[] = [agentProgram],
): LiveAgent {
  const child = spawn('ip', [...namespaceCommand, process.execPath, ...program], {
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let text = ''
  child.stderr.on('data', (chunk) => {
    text += chunk
  })
  return {
    process: child,
    log: () =>
      text
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line)),
    ended: new Promise((resolve) => child.once('close', (code, signal) => resolve({ code, signal }))),
  }
}

export interface HttpAnswer {
  readonly code: number
  readonly body: string
}

/** Asks from inside the namespace; code 0 when nothing answers. */
export async function askInside(command: readonly string[], url: string, ...more: string[]): Promise<HttpAnswer> {
  const curl = ['curl', '--silent', '--noproxy', '*', '--max-time', '5', '--write-out', '\n%{http_code}', ...more, url]
  const { stdout } = await run('ip', [...command, ...curl]).catch(() => ({ stdout: '\n0' }))
  const end = stdout.lastIndexOf('\n')
  return { code: Number(stdout.slice(end + 1)), body: stdout.slice(0, end) }
}
