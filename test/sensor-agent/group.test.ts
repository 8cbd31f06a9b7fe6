import { readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type GroupOptions, joinGroup } from '../../sensor-agent/group.ts'
import { manualClock } from '../support/manual-clock.ts'
import { publication, settings } from '../support/publication.ts'
import { projectRoot } from '../support/source-files.ts'

/** Files and packages that are loaded with a file, so without its types and without what it imports later. */
function toLoaded(file: string, loaded = new Set<string>()): ReadonlySet<string> {
  if (loaded.has(file)) return loaded
  loaded.add(file)
  if (!file.endsWith('.ts')) return loaded
  const text = readFileSync(join(projectRoot, file), 'utf8')
  for (const [, name = ''] of text.matchAll(/^(?:import|export)\s(?!type\s)[^'"]*?from\s+'([^']+)'/gm))
    toLoaded(name.startsWith('.') ? relative(projectRoot, join(projectRoot, dirname(file), name)) : name, loaded)
  return loaded
}
const isAws = (name: string) => name.startsWith('@aws-sdk/')

describe('a sensor without a group', () => {
  it('loads no AWS client, for which its 90 MB have no room', () => {
    const loaded = [...toLoaded('sensor-agent/main.ts')]
    expect(loaded).toContain('sensor-agent/group.ts')
    expect(loaded.filter(isAws)).toEqual([])
    // The way in which they are found, where they are loaded.
    expect([...toLoaded('sensor-agent/lifecycle/auto-scaling.ts')].filter(isAws)).toHaveLength(1)
  })

  it('has no status, and does nothing', async () => {
    const refuse = () => {
      throw new Error('called')
    }
    const options: GroupOptions = {
      environment: settings(),
      sensor: { drain: refuse, resume: refuse, stopEngine: refuse },
      last: refuse,
      staleAfterSeconds: 12,
      clock: manualClock(0),
      log: refuse,
    }
    const group = await joinGroup(options)
    expect(group.status()).toBeNull()
    group.publish(publication())
    expect(await group.run(new AbortController().signal)).toBeUndefined()
  })
})
