import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** Files by path, in a folder that is gone afterwards. */
export async function inFolder<T>(
  files: Iterable<readonly [path: string, text: string]>,
  work: (folder: string) => T | Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'mft-prometheus-'))
  try {
    writeFiles(folder, files)
    return await work(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

export function writeFiles(folder: string, files: Iterable<readonly [path: string, text: string]>): void {
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
}

/** @returns what it says when it is content; throws what it says when it is not */
export function promtool(...args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync('promtool', args, { encoding: 'utf8' })
  if (error) throw error
  if (status !== 0) throw new Error(`promtool ${args.join(' ')} ended with ${status}:\n${stdout}${stderr}`)
  return stdout + stderr
}

export const settings = {
  maximumCapacities: { edge: 2 },
  runbookUrl: 'https://example.test/runbook.md',
  region: 'eu-central-1',
} as const
