import { toErrorMessage } from '../error-message.ts'
import { run, runCommand } from './command.ts'
import { waitUntil } from './condition.ts'

/** A killed process is gone within milliseconds, unless the kernel is busy with what it did last. */
const endSeconds = 20

/** Names of all network namespaces on this machine that begin with the prefix. */
export async function readNamespaces(prefix: string): Promise<string[]> {
  const stdout = await run('ip', ['-json', 'netns', 'list'])
  const names = [...stdout.matchAll(/"name":"([^"]+)"/g)].map((match) => match[1] ?? '')
  return names.filter((name) => name.startsWith(prefix))
}

/**
 * Ends every process in the namespaces, then deletes them. Namespaces that are already gone are passed over.
 * @throws once all were tried, with what went wrong at each; a namespace with a process left in it stays, to be found again
 */
export async function removeNamespaces(namespaces: readonly string[]): Promise<void> {
  const failures: unknown[] = []
  for (const namespace of namespaces) {
    await removeNamespace(namespace).catch((error: unknown) => failures.push(error))
  }
  if (failures.length === 0) return
  const said = failures.map((failure) => toErrorMessage(failure))
  throw new AggregateError(failures, `not everything could be removed: ${said.join('; ')}`)
}

async function removeNamespace(namespace: string): Promise<void> {
  await waitUntil({
    what: `the end of every process in ${namespace}`,
    deadlineSeconds: endSeconds,
    read: async () => {
      const pids = await readPids(namespace)
      for (const pid of pids) kill(pid)
      return pids
    },
    // One that was about to start another is looked for again, until nobody is there.
    isDone: (pids) => pids.length === 0,
  })
  const { exitCode, stderr } = await runCommand('ip', ['netns', 'delete', namespace])
  if (exitCode !== 0 && !isGone(stderr)) throw new Error(`namespace ${namespace} cannot be deleted: ${stderr.trim()}`)
}

/** @throws when they cannot be told: that is not the same as none */
async function readPids(namespace: string): Promise<number[]> {
  const { exitCode, stdout, stderr } = await runCommand('ip', ['netns', 'pids', namespace])
  if (exitCode === 0) return stdout.split('\n').filter(Boolean).map(Number)
  if (isGone(stderr)) return []
  throw new Error(`the processes in ${namespace} cannot be listed: ${stderr.trim()}`)
}

const isGone = (stderr: string): boolean => /No such file/.test(stderr)

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}
