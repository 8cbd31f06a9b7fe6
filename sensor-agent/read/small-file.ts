import { readFileSync } from 'node:fs'
import type { Answer } from '../sample/reading.ts'
import { answered, failed, toCause } from './answer.ts'

/**
 * A file of /proc or /sys at once. Their text is made by the kernel in memory: a synchronous read takes some 10 µs and
 * cannot wait for a disk, while a trip through the thread pool costs several times that.
 */
export function readSmallFile(path: string): Answer<string> {
  try {
    return answered(readFileSync(path, 'utf8'))
  } catch (error) {
    return failed('SENSOR_FILE_UNREADABLE', path, toCause(error))
  }
}

/** A decimal count and nothing else; undefined for everything that is none. */
export function toCount(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,20}$/.test(text) ? Number(text) : undefined
}
