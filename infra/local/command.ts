import { spawn } from 'node:child_process'

export interface CommandResult {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

export interface CommandOptions {
  /** For the program's stdin. @default - empty */
  readonly input?: string
  /** After this the program is killed. @default 30 */
  readonly deadlineSeconds?: number
}

/** All of them do a moment's work; this is for a machine that is busy. */
const defaultDeadlineSeconds = 30

/** All that a child gets of our environment: a region must not depend on the shell it was started from. */
export const childEnvironment = (): Record<string, string> => ({
  PATH: process.env.PATH ?? '',
  // No start-up file of the user's.
  HOME: '/nonexistent',
})

/**
 * A child is in our process group from fork to setsid, so a terminal's signal may end it before it is the program. It has
 * done nothing then, and runs again.
 */
const groupSignals: readonly (NodeJS.Signals | null)[] = ['SIGINT', 'SIGHUP', 'SIGTERM', 'SIGQUIT']
const maxStarts = 5

/**
 * Runs one of the system's programs to its end.
 *
 * @throws when it is not installed, or was killed, be it because it took longer than the deadline
 */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  for (let starts = 1; ; starts++) {
    const { exitCode, signal, stdout, stderr } = await runOnce(command, args, options)
    if (exitCode !== null) return { exitCode, stdout, stderr }
    if (groupSignals.includes(signal) && starts < maxStarts) continue
    const { deadlineSeconds = defaultDeadlineSeconds } = options
    throw new Error(`${toLine(command, args)} was ended by ${signal}, allowed are ${deadlineSeconds} s`)
  }
}

interface Ended {
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

function runOnce(
  command: string,
  args: readonly string[],
  { input = '', deadlineSeconds = defaultDeadlineSeconds }: CommandOptions,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      env: childEnvironment(),
      timeout: deadlineSeconds * 1000,
      killSignal: 'SIGKILL',
      // A process group of its own: Ctrl-C must not kill what takes the region down.
      detached: true,
    })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
    })
    child.on('error', (cause) => reject(new Error(`cannot run ${command}: is it installed?`, { cause })))
    child.on('close', (exitCode, signal) => resolve({ exitCode, signal, stdout, stderr }))
    // The program may end without reading all of it; its exit code says why.
    child.stdin.on('error', () => undefined).end(input)
  })
}

/** As much of the command as a message needs. */
const toLine = (command: string, args: readonly string[]): string => [command, ...args].join(' ').slice(0, 200)

/** @returns its stdout. @throws also when it exits with another code than 0, with what it said */
export async function run(command: string, args: readonly string[], options?: CommandOptions): Promise<string> {
  const { exitCode, stdout, stderr } = await runCommand(command, args, options)
  if (exitCode === 0) return stdout
  const said = (stderr || stdout).trim().slice(0, 500)
  throw new Error(`${toLine(command, args)} exited with ${exitCode}: ${said}`)
}

/** The same, inside a network namespace. */
export const runIn = (namespace: string, command: string, args: readonly string[], options?: CommandOptions) =>
  run('ip', ['netns', 'exec', namespace, command, ...args], options)
