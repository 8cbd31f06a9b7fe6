import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { confinedEnvironment, toConfined } from './confinement.ts'
import { isAlive, type ProcessIdentity } from './process-table.ts'
import type { StatePaths } from './suricata-settings.ts'

/**
 * Starts the engine so that nothing of it hangs on the agent: a session of its own, so that no terminal and no signal to
 * the agent's group reaches it, and its output in a file, so that it neither dies of a closed pipe nor waits on a full one.
 *
 * The configuration is written here, after the last engine has ended, and nowhere else: suricata.yaml is always the one
 * that the running engine was started with.
 */
export function spawnEngine(binary: string, paths: StatePaths, yaml: string): ChildProcess {
  writeFileSync(`${paths.yaml}.new`, yaml, { mode: 0o640 })
  renameSync(`${paths.yaml}.new`, paths.yaml)
  // A dead engine's socket must not be taken for the new one's.
  rmSync(paths.socket, { force: true })
  keepOne(paths.output)
  const output = openSync(paths.output, 'w', 0o640)
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
    closeSync(output)
  }
}

/** What the last engine said at its end is worth reading after the next one has started. */
function keepOne(path: string): void {
  try {
    renameSync(path, `${path}.1`)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
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
