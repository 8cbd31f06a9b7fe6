import { spawn } from 'node:child_process'

export interface CommandResult {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

const DEADLINE_MILLISECONDS = 10_000

/**
 * Runs one of the system's programs, with `input` on its stdin.
 *
 * @throws when it is not installed, or killed because it took longer than 10 s
 */
export function runCommand(command: string, args: readonly string[], input = ''): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { timeout: DEADLINE_MILLISECONDS, killSignal: 'SIGKILL' })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
    })
    child.on('error', (cause) => reject(new Error(`cannot run ${command}: is it installed?`, { cause })))
    child.on('close', (exitCode, signal) => {
      if (exitCode === null) reject(new Error(`${command} ${args.join(' ')} was ended by ${signal}, allowed are 10 s`))
      else resolve({ exitCode, stdout, stderr })
    })
    // The program may end without reading all of it; its exit code says why.
    child.stdin.on('error', () => undefined).end(input)
  })
}
