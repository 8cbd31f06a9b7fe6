import { randomBytes } from 'node:crypto'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { readNamespaces, removeNamespaces, unguardHost } from './network.ts'
import { namespacePrefix } from './network-plan.ts'
import { type Lock, takeLock, waitForLock } from './region-lock.ts'

/** Each region's folder: logs, generated configuration and sockets. Only root may look inside. */
export const regionsFolder = '/var/lib/mirror-fleet/regions'
const hostLockSeconds = 60

/** A region that this process has and nobody else can take. */
export interface RegionClaim {
  readonly id: string
  readonly folder: string
  /** Removes all that stands under the region's name and gives the name back. */
  readonly release: () => Promise<void>
}

/** Takes a new region id, after removing what regions of dead processes left behind. */
export async function claimRegion(): Promise<RegionClaim> {
  return await withHostLock(async () => {
    await removeDeadRegions()
    for (;;) {
      const id = randomBytes(2).toString('hex')
      const lock = await takeLock(`region/${id}`)
      if (!lock) continue
      const folder = `${regionsFolder}/${id}`
      await mkdir(folder, { recursive: true, mode: 0o750 })
      return { id, folder, release: () => releaseRegion(id, lock) }
    }
  })
}

const releaseRegion = (id: string, lock: Lock): Promise<void> =>
  withHostLock(async () => {
    await removeRegion(id)
    await lock.release()
    if ((await readRegionIds()).length === 0) await unguardHost()
  })

/** A region whose lock can be taken has lost its process: the kernel gives a lock back when its holder dies. */
async function removeDeadRegions(): Promise<void> {
  for (const id of await readRegionIds()) {
    const lock = await takeLock(`region/${id}`)
    if (!lock) continue
    await removeRegion(id)
    await lock.release()
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
async function withHostLock<T>(work: () => Promise<T>): Promise<T> {
  const lock = await waitForLock('host', hostLockSeconds)
  try {
    return await work()
  } finally {
    await lock.release()
  }
}
