import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'

const DEADLINE_MILLISECONDS = 20_000

export interface LiveCapture {
  /** One line for each packet so far, one column for each field. */
  readonly packets: () => string[][]
  readonly stop: () => Promise<void>
}

/** tshark on one interface of a namespace; resolves once it captures. */
export async function startCapture(
  netns: readonly string[],
  interfaceName: string,
  captureFilter: string,
  fields: readonly string[],
): Promise<LiveCapture> {
  const columns = fields.flatMap((field) => ['-e', field])
  const args = ['tshark', '-n', '-l', '-B', '64', '-i', interfaceName, '-f', captureFilter, '-T', 'fields', ...columns]
  const tshark = spawn('ip', [...netns, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let [output, messages] = ['', '']
  tshark.stdout.on('data', (chunk) => {
    output += chunk
  })
  tshark.stderr.on('data', (chunk) => {
    messages += chunk
  })
  await waitFor(
    () => /Capture started/i.test(messages),
    () => `tshark did not start: ${messages}`,
  )
  return {
    packets: () =>
      output
        .split('\n')
        .slice(0, -1)
        .map((line) => line.split('\t')),
    stop: () => stopProcess(tshark, 'SIGTERM'),
  }
}

/** Looks until it is so. The deadline is for a machine that is busy with other tests. */
export async function waitFor(isSo: () => boolean, complaint: () => string): Promise<void> {
  const end = performance.now() + DEADLINE_MILLISECONDS
  while (!isSo()) {
    if (performance.now() > end) throw new Error(complaint())
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

export async function stopProcess(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = new Promise((resolve) => child.once('exit', resolve))
  child.kill(signal)
  await exited
}

/** False for a zombie, too: it runs no more, only nobody has fetched its exit code. */
export function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}
