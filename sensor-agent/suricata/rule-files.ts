import { constants } from 'node:fs'
import { open, readdir, stat } from 'node:fs/promises'
import { toCause } from '../read/answer.ts'

/** A rule file where its owner keeps it. Names are bytes: one that is no UTF-8 is still a file. */
export interface RuleSource {
  readonly path: Buffer
  /** Changes when the file does. */
  readonly stamp: string
  /** Why it cannot be read: a folder that is closed to us, or that holds too much. */
  readonly fault?: string
}
export type RuleBytes = { readonly ok: true; readonly bytes: Buffer } | { readonly ok: false; readonly message: string }

const longestFileBytes = 64 * 1024 * 1024
const mostFiles = 1000
const suffix = Buffer.from('.rules')

/**
 * All `*.rules` of the folders, in the order of the folders, sorted within. A folder that does not exist is passed over;
 * one that cannot be listed stands for itself, with its fault.
 */
export async function readRuleSources(folders: readonly string[]): Promise<readonly RuleSource[]> {
  const listed = await Promise.all(folders.map(readFolder))
  const sources = listed.flat()
  if (sources.length <= mostFiles) return sources
  const fault = `${sources.length} rule files in all; allowed are ${mostFiles}; join some of them`
  return [...sources.slice(0, mostFiles), { path: Buffer.from(folders.join(':')), stamp: fault, fault }]
}

async function readFolder(folder: string): Promise<readonly RuleSource[]> {
  try {
    const names = await readdir(folder, { encoding: 'buffer' })
    const ours = names.filter((name) => name.subarray(-suffix.length).equals(suffix)).sort(Buffer.compare)
    return await Promise.all(ours.map((name) => readSource(Buffer.concat([Buffer.from(`${folder}/`), name]))))
  } catch (error) {
    const cause = toCause(error)
    const absent = cause === 'ENOENT' || cause === 'ENOTDIR'
    return absent ? [] : [{ path: Buffer.from(folder), stamp: cause, fault: `cannot be listed (${cause})` }]
  }
}

async function readSource(path: Buffer): Promise<RuleSource> {
  try {
    const { ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true })
    return { path, stamp: [ino, size, mtimeNs, ctimeNs].join(':') }
  } catch (error) {
    return { path, stamp: toCause(error) }
  }
}

/** A pipe or a device named like a rule file is not read: it could block for ever or never end. */
export async function readRuleBytes({ path, fault }: RuleSource): Promise<RuleBytes> {
  if (fault !== undefined) return { ok: false, message: fault }
  try {
    await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    const status = await file.stat()
    if (!status.isFile()) return { ok: false, message: 'not a regular file; only regular files are read as rules' }
    if (status.size > longestFileBytes)
      return { ok: false, message: `${status.size} bytes; allowed are ${longestFileBytes}; split the file` }
    const bytes = Buffer.alloc(status.size)
    const { bytesRead } = await file.read(bytes, 0, status.size, 0)
    return { ok: true, bytes: bytes.subarray(0, bytesRead) }
  } catch (error) {
    return { ok: false, message: `cannot be read (${toCause(error)})` }
  }
}
