import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { type Static, Type } from 'typebox'
import { Check } from 'typebox/value'
import { ownRule } from './own-rule.ts'
import { type RuleSource, readRuleBytes } from './rule-files.ts'
import { judgeRuleText } from './rule-text.ts'
import type { RuleFault } from './rules-rejection.ts'

const Manifest = Type.Object({
  /** Of all names and contents, our own rule's included. */
  fingerprint: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  /** Names in the folder, and what they were copied from. */
  files: Type.Array(Type.Object({ stored: Type.String(), origin: Type.String() })),
})
export type Manifest = Static<typeof Manifest>

export interface Candidate extends Manifest {
  readonly folder: string
  readonly faults: readonly RuleFault[]
}

export const ownOrigin = '(built in)'
const mostFaultsOfAFile = 100

/**
 * Copies our own rule and the sources into a folder, under names of our own: the engine takes a name for a glob pattern,
 * and theirs may hold anything. One file is in memory at a time. Unreadable files are left out and among the faults.
 */
export async function writeCandidate(folder: string, sources: readonly RuleSource[]): Promise<Candidate> {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true, mode: 0o750 })
  const hash = createHash('sha256').update(ownRule)
  const faults: RuleFault[] = []
  const files = [{ stored: '0000.rules', origin: ownOrigin }]
  await writeFile(`${folder}/0000.rules`, `${ownRule}\n`, { mode: 0o640 })
  for (const source of sources) {
    const origin = source.path.toString()
    const read = await readRuleBytes(source)
    const stored = `${String(files.length).padStart(4, '0')}.rules`
    hash.update(`\0${source.path.toString('hex')}\0${read.ok ? read.bytes.length : read.message}\0`)
    if (!read.ok) {
      faults.push({ file: origin, line: null, message: read.message })
      continue
    }
    hash.update(read.bytes)
    faults.push(...judgeRuleText(read.bytes, mostFaultsOfAFile).map((fault) => ({ file: origin, ...fault })))
    await writeFile(`${folder}/${stored}`, read.bytes, { mode: 0o640 })
    files.push({ stored, origin })
  }
  return { folder, fingerprint: hash.digest('hex'), files, faults }
}

/**
 * Puts a candidate in force: `active` is a symbolic link, replaced by rename, so at every instant it names a whole set.
 * The set that was in force is removed.
 */
export async function activate(rulesFolder: string, { folder, fingerprint, files }: Candidate): Promise<void> {
  const set = `set-${fingerprint.slice(0, 16)}`
  if ((await readActive(rulesFolder))?.fingerprint === fingerprint) return await rm(folder, { recursive: true })
  await writeFile(`${folder}/manifest.json`, JSON.stringify({ fingerprint, files } satisfies Manifest), { mode: 0o640 })
  await rm(`${rulesFolder}/${set}`, { recursive: true, force: true })
  await rename(folder, `${rulesFolder}/${set}`)
  await rm(`${rulesFolder}/active.new`, { force: true })
  await symlink(set, `${rulesFolder}/active.new`)
  await rename(`${rulesFolder}/active.new`, `${rulesFolder}/active`)
  for (const name of await readdir(rulesFolder))
    if (name.startsWith('set-') && name !== set) await rm(`${rulesFolder}/${name}`, { recursive: true, force: true })
}

/** The set in force, or null when there is none that can be read. */
export async function readActive(rulesFolder: string): Promise<Manifest | null> {
  try {
    const manifest: unknown = JSON.parse(await readFile(`${rulesFolder}/active/manifest.json`, 'utf8'))
    return Check(Manifest, manifest) ? manifest : null
  } catch {
    return null
  }
}

/** What a file of a set was copied from. */
export const originOf = ({ files }: Manifest, stored: string): string =>
  files.find((file) => file.stored === basename(stored))?.origin ?? stored
