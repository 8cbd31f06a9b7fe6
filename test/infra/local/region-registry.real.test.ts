import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { run, runCommand } from '../../../infra/local/command.ts'
import { readNamespaces } from '../../../infra/local/namespaces.ts'
import { takeLock, waitForLock } from '../../../infra/local/region-lock.ts'
import { sendOwner } from '../../../infra/local/region-owner.ts'
import { claimRegion, type RegionClaim, regionsFolder } from '../../../infra/local/region-registry.ts'

const never = new AbortController().signal
const folder = mkdtempSync(join(tmpdir(), 'mft-registry-'))
const path = process.env.PATH
const claims: RegionClaim[] = []
const made: string[] = []

afterEach(async () => {
  process.env.PATH = path
  for (const claim of claims.splice(0)) await claim.release()
  for (const id of made.splice(0)) {
    await runCommand('ip', ['netns', 'delete', `mf-${id}-web`])
    rmSync(`${regionsFolder}/${id}`, { recursive: true, force: true })
  }
  rmSync(folder, { recursive: true, force: true })
})

/** What a region leaves behind: a folder and a namespace. Nobody holds its lock. */
async function leaveRegion(owned: boolean): Promise<string> {
  const id = (0x10000 + Math.floor(Math.random() * 0x10000)).toString(16).slice(1)
  made.push(id)
  mkdirSync(`${regionsFolder}/${id}`, { recursive: true })
  if (owned) await sendOwner(`${regionsFolder}/${id}`)
  await run('ip', ['netns', 'add', `mf-${id}-web`])
  return id
}

async function claim(onLeftOver: (sentence: string) => void = () => undefined): Promise<RegionClaim> {
  const claimed = await claimRegion(onLeftOver, never)
  claims.push(claimed)
  return claimed
}

describe('a claim', () => {
  it('has a folder that names its process, and is gone with all that stood under its name', async () => {
    const { id, folder: own, release } = await claim()
    expect(existsSync(`${own}/owner.json`)).toBe(true)
    await run('ip', ['netns', 'add', `mf-${id}-web`])
    await release()
    claims.pop()
    expect(existsSync(own)).toBe(false)
    expect(await readNamespaces(`mf-${id}-`)).toEqual([])
  })

  it('removes a region that has lost its process', async () => {
    const dead = await leaveRegion(false)
    await claim()
    expect(await readNamespaces(`mf-${dead}-`)).toEqual([])
    expect(existsSync(`${regionsFolder}/${dead}`)).toBe(false)
  })

  it('leaves alone a region whose process runs, though its lock is in another network namespace', async () => {
    const living = await leaveRegion(true)
    await claim()
    expect(await readNamespaces(`mf-${living}-`)).toHaveLength(1)
    expect(existsSync(`${regionsFolder}/${living}`)).toBe(true)
  })

  it('is granted all the same when a dead region cannot be removed, with a warning that names it', async () => {
    const dead = await leaveRegion(false)
    const real = (await run('sh', ['-c', 'command -v ip'])).trim()
    mkdirSync(folder, { recursive: true })
    const refuse = `[ "$2 $3" = "delete mf-${dead}-web" ] && { echo busy >&2; exit 1; }`
    writeFileSync(join(folder, 'ip'), `#!/bin/sh\n${refuse}\nexec ${real} "$@"\n`)
    chmodSync(join(folder, 'ip'), 0o755)
    process.env.PATH = `${folder}:${path}`
    const warnings: string[] = []
    const { id } = await claim((sentence) => warnings.push(sentence))
    expect(id).toMatch(/^[0-9a-f]{4}$/)
    expect(warnings).toEqual([expect.stringMatching(new RegExp(`^region ${dead} .* cannot be removed: .*busy`))])
  })
})

describe('waiting for a lock', () => {
  it('ends at once when the waiting is given up', async () => {
    const name = `test/${process.pid}`
    const lock = await takeLock(name)
    const stop = new AbortController()
    const waiting = waitForLock(name, 60, stop.signal)
    stop.abort()
    await expect(waiting).rejects.toThrow(/abort/i)
    await lock?.release()
    await (await waitForLock(name, 60)).release()
  })
})
