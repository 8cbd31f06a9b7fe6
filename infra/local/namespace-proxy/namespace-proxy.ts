import { fileURLToPath } from 'node:url'
import { type KeptProcess, keepRunning } from '../kept-process.ts'
import { type Exit, type NamespaceProcess, startInNamespace } from '../namespace-process.ts'

const program = fileURLToPath(new URL('main.ts', import.meta.url))
const readySeconds = 30

export interface NamespaceProxyOptions {
  readonly namespace: string
  /** Where it listens: a path of at most 107 bytes (unix(7)). */
  readonly socketPath: string
  readonly logPath: string
  readonly onEnded: (process: NamespaceProcess, end: Exit | Error, pauseSeconds: number) => void
}

/** Starts it in a namespace and returns once it listens. It is started again when it ends by itself. */
export const startNamespaceProxy = ({ onEnded, ...options }: NamespaceProxyOptions): Promise<KeptProcess> =>
  keepRunning(() => startOne(options), onEnded)

async function startOne({ namespace, socketPath, logPath }: Omit<NamespaceProxyOptions, 'onEnded'>) {
  const proxy = await startInNamespace({
    ...{ namespace, name: 'proxy into the region', command: process.execPath, args: [program, socketPath], logPath },
    channel: true,
  })
  try {
    await toReady(proxy)
    return proxy
  } catch (error) {
    await proxy.stop()
    throw error
  }
}

const toReady = ({ child, name, exited, logPath }: NamespaceProcess): Promise<void> =>
  new Promise((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`${name} ${why}; see ${logPath}`))
    const timer = setTimeout(() => fail(`was not ready within ${readySeconds} s`), readySeconds * 1000)
    child.once('message', () => resolve())
    void exited.then(() => {
      clearTimeout(timer)
      fail('has ended')
    })
    child.once('message', () => clearTimeout(timer))
  })
