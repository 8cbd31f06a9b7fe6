import { open } from 'node:fs/promises'
import { toPrintable } from '../printable.ts'

const shownWords = 600

/** The end of what the engine printed: its errors, for the reason why it ended. It may have printed gigabytes. */
export const readLastWords = async (path: string): Promise<string> =>
  toPrintable((await readPart(path, (size) => Math.max(0, size - shownWords), shownWords)).trim(), shownWords)

/**
 * Whether Landlock confines the engine that prints here: on a kernel without it the engine says so, as an error of its
 * start ("Can't create landlock ruleset", src/util-landlock.c), and goes on with all of root's files open to it.
 */
export const readLandlocked = async (path: string): Promise<boolean> =>
  !/landlock/i.test(await readPart(path, () => 0, 64 * 1024))

/** '' where there is none: the disk was full. */
async function readPart(path: string, from: (size: number) => number, bytes: number): Promise<string> {
  try {
    await using file = await open(path)
    const { size } = await file.stat()
    const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, from(size))
    return buffer.subarray(0, bytesRead).toString('latin1')
  } catch {
    return ''
  }
}
