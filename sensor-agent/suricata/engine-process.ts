import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, renameSync, rmSync } from 'node:fs'
import { confinedEnvironment, toConfined } from './confinement.ts'
import { isAlive, type ProcessIdentity } from './process-table.ts'
import type { StatePaths } from './suricata-settings.ts'

/**
 * Starts the engine so that nothing of it hangs on the agent: a session of its own, so that no terminal and no signal to
 * the agent's group reaches it, and its output in a file, so that it neither dies of a closed pipe nor waits on a full one.
 */
export function spawnEngine(binary: string, paths: StatePaths): ChildProcess {
  // A dead engine's socket must not be taken for the new one's, nor whatever else that engine has put there.
  rmSync(paths.socket, { recursive: true, force: true })
  const output = openOutput(paths.output)
  try {
    const { command, args } = toConfined('capture', binary, ['-c', paths.yaml, '--af-packet'])
    const child = spawn(command, args, {
      detached: true,
      stdio: ['ignore', output, output],
      env: confinedEnvironment,
      cwd: '/',
    })
    child.unref()
    return child
  } finally {
    if (output !== 'ignore') closeSync(output)
  }
}

/**
 * What the last engine said at its end is worth reading after the next one has started, so that is kept beside it. An
 * engine whose words nobody can keep (the disk is full) captures all the same.
 */
function openOutput(path: string): number | 'ignore' {
  try {
    renameSync(path, `${path}.1`)
  } catch {}
  try {
    return openSync(path, 'w', 0o640)
  } catch {
    return 'ignore'
  }
}

/** Signals this very process, and not one that has been given its pid since. */
export async function sendSignal(identity: ProcessIdentity, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (!(await isAlive(identity))) return
  try {
    process.kill(identity.pid, signal)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}
