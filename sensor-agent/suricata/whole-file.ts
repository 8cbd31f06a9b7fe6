import { readFile, rename, rm, writeFile } from 'node:fs/promises'

/**
 * Replaces a file by rename, so that at every instant it is the old one or the new one, whole. One that already says so
 * stays: a full disk is no obstacle then. The name beside it is freed and made anew (`wx` is O_EXCL, which follows no
 * link in the last place): nothing that somebody put there is written through.
 */
export async function sendWholeFile(path: string, text: string): Promise<void> {
  if ((await readFile(path, 'utf8').catch(() => null)) === text) return
  await rm(`${path}.new`, { recursive: true, force: true })
  await writeFile(`${path}.new`, text, { mode: 0o640, flag: 'wx' })
  await rename(`${path}.new`, path)
}
