import { randomBytes } from 'node:crypto'
import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { toErrorMessage } from '../error-message.ts'
import { unguardHost } from './guard-route.ts'
import { readNamespaces, removeNamespaces } from './namespaces.ts'
import { namespacePrefix } from './network-plan.ts'
import { type Lock, takeLock, waitForLock } from './region-lock.ts'
import { isOwned, sendOwner } from './region-owner.ts'

/** Each region's folder: logs, generated configuration and sockets. Only root may look inside. */
export const regionsFolder = '/var/lib/mirror-fleet/regions'
/** Removing a region takes seconds, and others may be waiting for the same. */
const hostLockSeconds = 120

/** A region that this process has and nobody else can take. */
export interface RegionClaim {
  readonly id: string
  readonly folder: string
  /** Removes all that stands under the region's name and gives the name back. */
  readonly release: () => Promise<void>
}

/**
 * Takes a new region id, after removing what regions of dead processes left behind.
 * @param onLeftOver called with a sentence when a dead region cannot be removed; that is no reason not to start a new one
 * @param signal gives up while another region comes or goes
 */
export function claimRegion(onLeftOver: (sentence: string) => void, signal: AbortSignal): Promise<RegionClaim> {
  return withHostLock(async () => {
    await removeDeadRegions(onLeftOver)
    for (;;) {
      signal.throwIfAborted()
      const id = randomBytes(2).toString('hex')
      const lock = await takeLock(`region/${id}`)
      if (!lock) continue
      const folder = `${regionsFolder}/${id}`
      if (await makeFolder(folder)) return { id, folder, release: () => releaseRegion(id, lock) }
      await lock.release()
    }
  }, signal)
}

/** The folder appears with its owner in it: one without would be taken for a dead region's. @returns false when it is there */
async function makeFolder(folder: string): Promise<boolean> {
  const half = `${folder}.new-${process.pid}`
  await mkdir(half, { recursive: true, mode: 0o750 })
  await sendOwner(half)
  try {
    await rename(half, folder)
    return true
  } catch (error) {
    await rm(half, { recursive: true, force: true })
    if (error instanceof Error && 'code' in error && error.code === 'ENOTEMPTY') return false
    throw error
  }
}

const releaseRegion = (id: string, lock: Lock): Promise<void> =>
  withHostLock(async () => {
    try {
      await removeRegion(id)
    } finally {
      await lock.release()
    }
    if ((await readRegionIds()).length === 0) await unguardHost()
  })

/**
 * A region whose lock can be taken has lost its process: the kernel gives a lock back when its holder dies. But a lock's
 * name ends at the network namespace, and regions are seen from all of them, so the process must be gone as well.
 */
async function removeDeadRegions(onLeftOver: (sentence: string) => void): Promise<void> {
  for (const id of await readRegionIds()) {
    const lock = await takeLock(`region/${id}`)
    if (!lock) continue
    try {
      if (!(await isOwned(`${regionsFolder}/${id}`))) await removeRegion(id)
    } catch (error) {
      const why = toErrorMessage(error)
      onLeftOver(`region ${id} has lost its process and cannot be removed: ${why}`)
    } finally {
      await lock.release()
    }
  }
}

async function removeRegion(id: string): Promise<void> {
  await removeNamespaces(await readNamespaces(namespacePrefix(id)))
  await rm(`${regionsFolder}/${id}`, { recursive: true, force: true })
}

async function readRegionIds(): Promise<string[]> {
  const named = (await readNamespaces('mf-')).map((namespace) => namespace.split('-')[1] ?? '')
  const kept = await readdir(regionsFolder).catch(() => [])
  return [...new Set([...named, ...kept])].filter((id) => /^[0-9a-f]{4}$/.test(id))
}

/** Regions come and go one at a time, or one could remove the guard route that another is about to rely on. */
async function withHostLock<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  const lock = await waitForLock('host', hostLockSeconds, signal)
  try {
    return await work()
  } finally {
    await lock.release()
  }
}
