import { execFile } from 'node:child_process'

/** How a program ended. `exitCode` is null when it could not be started, or was killed at its deadline. */
export interface ProgramEnd {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
  readonly cause: string
}

/** A program that answers at once or not at all. No shell: an argument is never anything but an argument. */
const DEADLINE_SECONDS = 2
const MAXIMUM_OUTPUT_BYTES = 4 * 1024 * 1024

export function runProgram(file: string, args: readonly string[]): Promise<ProgramEnd> {
  const options = {
    timeout: DEADLINE_SECONDS * 1000,
    killSignal: 'SIGKILL',
    maxBuffer: MAXIMUM_OUTPUT_BYTES,
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' },
  } as const
  return new Promise((settle) => {
    execFile(file, args, options, (error, stdout, stderr) => {
      const exitCode = error === null ? 0 : typeof error.code === 'number' ? error.code : null
      settle({ exitCode, stdout, stderr, cause: stderr.trim() || (error?.message ?? '') })
    })
  })
}
