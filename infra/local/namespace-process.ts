import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { childEnvironment } from './command.ts'

export interface NamespaceProgram {
  readonly namespace: string
  /** In messages about it. */
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** The file that gets the program's stdout and stderr. */
  readonly logPath: string
  /** Opens a message channel to the program; one that is started with it should end when it closes. */
  readonly channel?: boolean
}

/** What a region needs to know of anything that runs in it. */
export interface RegionProcess {
  readonly name: string
  readonly logPath: string
  readonly exited: Promise<Exit>
  /** SIGTERM, then SIGKILL after the deadline. */
  readonly stop: (deadlineSeconds?: number) => Promise<unknown>
}

export interface NamespaceProcess extends RegionProcess {
  readonly pid: number
  readonly child: ChildProcess
}

export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/**
 * Starts a program inside a network namespace. `ip netns exec` replaces itself by the program, so the pid is its own.
 * The environment is childEnvironment and what is given.
 */
export function startInNamespace(program: NamespaceProgram): Promise<NamespaceProcess> {
  const log = openSync(program.logPath, 'a', 0o640)
  const child = spawn('ip', ['netns', 'exec', program.namespace, program.command, ...program.args], {
    stdio: ['ignore', log, log, ...(program.channel ? (['ipc'] as const) : [])],
    env: { ...childEnvironment(), ...program.env },
    // A process group of its own: Ctrl-C reaches the region's main alone, which then ends everything in order.
    detached: true,
  })
  closeSync(log)
  const exited = new Promise<Exit>((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })))
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(new Error(`${program.name} could not be started: ${error.message}`)))
    child.once('spawn', () => {
      const pid = child.pid ?? 0
      resolve({
        name: program.name,
        logPath: program.logPath,
        pid,
        child,
        exited,
        stop: (seconds = 5) => stopProcess(child, exited, seconds),
      })
    })
  })
}

async function stopProcess(child: ChildProcess, exited: Promise<Exit>, deadlineSeconds: number): Promise<Exit> {
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), deadlineSeconds * 1000)
  try {
    return await exited
  } finally {
    clearTimeout(timer)
  }
}
