import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { toDescriptionKind } from '../../infra/description-kind.ts'
import { projectRoot } from '../support/source-files.ts'

const folder = join(projectRoot, 'infra', 'fleets')

describe('toDescriptionKind', () => {
  it.each(readdirSync(folder))('knows %s for what its name says', (file) => {
    const kind = file.endsWith('.spoke.json') ? 'spoke' : 'fleet'
    expect(toDescriptionKind(JSON.parse(readFileSync(join(folder, file), 'utf8')))).toBe(kind)
  })

  it.each<[string, unknown]>([
    ['what both have', { name: 'edge', sources: [] }],
    ['a fleet with a field of a spoke, which is then an unknown field', { zones: ['eu-central-1a'], account: '1' }],
    ['nothing', {}],
    ['a list', [{ zones: [] }]],
    ['null', null],
  ])('takes %s for neither', (_, described) => {
    expect(toDescriptionKind(described)).toBeNull()
  })
})
