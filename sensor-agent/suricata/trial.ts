import { spawn } from 'node:child_process'
import { mkdir, open, rm, writeFile } from 'node:fs/promises'
import { confinedEnvironment, toConfined } from './confinement.ts'
import { deadlines } from './lifecycle.ts'
import type { SuricataSettings } from './suricata-settings.ts'
import { toSuricataYaml } from './suricata-yaml.ts'
import { decodeTrialLog, type TrialFault } from './trial-log.ts'

export interface Trial {
  readonly passed: boolean
  /** How it ended: `code 0`, `signal SIGKILL`, or why it could not be run. */
  readonly end: string
  /** What the engine said against the rules; it may have failed without a word. */
  readonly faults: readonly TrialFault[]
}

const longestLogBytes = 4 * 1024 * 1024

/**
 * Runs `suricata -T` with the configuration of `settings`, on the rules of one folder, in a scratch folder of its own: a
 * test run opens its logs as a real one does. Rejects only when it was cancelled.
 */
export async function runTrial(
  settings: SuricataSettings,
  rulesDir: string,
  { binary, folder, cancel }: { readonly binary: string; readonly folder: string; readonly cancel: AbortSignal },
): Promise<Trial> {
  await rm(folder, { recursive: true, force: true })
  await mkdir(`${folder}/log`, { recursive: true, mode: 0o750 })
  try {
    const logDir = `${folder}/log`
    const own = { rulesDir, logDir, socketPath: `${logDir}/suricata.socket`, engineLog: 'stderr-json' } as const
    const trialSettings: SuricataSettings = { ...settings, ...own }
    await writeFile(`${folder}/suricata.yaml`, toSuricataYaml(trialSettings), { mode: 0o640 })
    const end = await runEngine(binary, folder, cancel)
    cancel.throwIfAborted()
    const passed = end === 'code 0'
    return { passed, end, faults: passed ? [] : decodeTrialLog(await readLog(`${folder}/stderr`)) }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Output goes to a file: a pipe that nobody reads in time would hold the engine up. */
async function runEngine(binary: string, folder: string, cancel: AbortSignal): Promise<string> {
  const { command, args } = toConfined('trial', binary, ['-T', '-c', `${folder}/suricata.yaml`, '-l', `${folder}/log`])
  const stderr = await open(`${folder}/stderr`, 'w', 0o640)
  try {
    const child = spawn(command, args, {
      stdio: ['ignore', 'ignore', stderr.fd],
      env: confinedEnvironment,
      signal: cancel,
      timeout: deadlines.testSeconds * 1000,
      killSignal: 'SIGKILL',
    })
    return await new Promise((resolve) => {
      child.once('error', (error) => resolve(error.message))
      child.once('exit', (code, signal) => resolve(code === null ? `signal ${signal}` : `code ${code}`))
    })
  } finally {
    await stderr.close()
  }
}

async function readLog(path: string): Promise<string> {
  await using file = await open(path)
  const { size } = await file.stat()
  const length = Math.min(size, longestLogBytes)
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, 0)
  return buffer.subarray(0, bytesRead).toString('latin1')
}
