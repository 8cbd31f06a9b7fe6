import { createServer } from 'node:net'
import { toSentence } from '../faults.ts'
import { AgentRecord, readRecord, removeRecord, sendRecord } from './process-record.ts'
import { isAlive, readIdentity } from './process-table.ts'

export interface AgentLock {
  release(): Promise<void>
}

/**
 * Makes this process the only agent of a state folder, and of an interface in this network namespace, or rejects with
 * who is.
 *
 * The lock is an abstract Unix socket (unix(7)): the kernel frees the name when its holder dies, however it dies, so there
 * is nothing stale to judge. Such names end at the network namespace, so the folder also records its agent, for one in
 * another namespace and for the message.
 */
export async function acquireAgentLock(
  stateDir: string,
  interfaceName: string,
  recordPath: string,
): Promise<AgentLock> {
  const socket = await listen(`\0mirror-fleet/sensor${stateDir}`)
  const record = await readRecord(recordPath, AgentRecord)
  const holder = record !== null && record.pid !== process.pid && (await isAlive(record)) ? record.pid : null
  if (socket === null || holder !== null) {
    await socket?.release()
    throw new Error(toSentence('SENSOR_HELD', holder === null ? 'pid unknown' : `pid ${holder}`, stateDir))
  }
  const capture = await listen(`\0mirror-fleet/capture/${interfaceName}`)
  if (capture === null) {
    await socket.release()
    throw new Error(toSentence('SENSOR_INTERFACE_HELD', interfaceName))
  }
  const self = await readIdentity(process.pid)
  // On a full disk the socket alone is the lock: the agent must start, for the engine waits.
  if (self !== null) await sendRecord(recordPath, self).catch(() => undefined)
  return {
    release: async () => {
      await removeRecord(recordPath)
      await capture.release()
      await socket.release()
    },
  }
}

/** null when the name is taken. */
function listen(path: string): Promise<AgentLock | null> {
  const server = createServer((connection) => connection.destroy())
  return new Promise((resolve, reject) => {
    server.once('error', (error) => ('code' in error && error.code === 'EADDRINUSE' ? resolve(null) : reject(error)))
    server.listen({ path }, () => {
      server.unref()
      resolve({ release: () => new Promise((closed) => server.close(() => closed())) })
    })
  })
}
