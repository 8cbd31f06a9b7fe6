import { createServer, type Server } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** A name on this machine that one process can hold. */
export interface Lock {
  readonly release: () => Promise<void>
}

/**
 * Takes the lock of that name, or returns null when another process holds it. It is an abstract Unix socket (unix(7)): the
 * kernel takes it back when its holder dies, also by kill -9, so there is never a stale one.
 */
export async function takeLock(name: string): Promise<Lock | null> {
  const server = createServer((connection) => connection.destroy())
  server.unref()
  return (await listen(server, `\0mirror-fleet/${name}`)) ? { release: () => close(server) } : null
}

/**
 * The lock of that name, once its holder lets go.
 * @param signal gives up early, by an AbortError
 * @throws after the deadline, naming the lock
 */
export async function waitForLock(name: string, deadlineSeconds: number, signal?: AbortSignal): Promise<Lock> {
  const deadline = performance.now() + deadlineSeconds * 1000
  for (;;) {
    const lock = await takeLock(name)
    if (lock) return lock
    if (performance.now() > deadline) {
      throw new Error(`the lock "${name}" is held by another process for over ${deadlineSeconds} s; end that process`)
    }
    await sleep(50, undefined, { signal })
  }
}

const listen = (server: Server, path: string): Promise<boolean> =>
  new Promise((resolve, reject) => {
    server.once('listening', () => resolve(true))
    server.once('error', (error) => ('code' in error && error.code === 'EADDRINUSE' ? resolve(false) : reject(error)))
    server.listen(path)
  })

const close = (server: Server): Promise<void> => new Promise((resolve) => server.close(() => resolve()))
