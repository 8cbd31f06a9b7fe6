import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Answer, EveLog } from '../sample/reading.ts'
import { answered, failed, toCause } from './answer.ts'

/**
 * Size and age of eve.json. The engine writes its own figures to it every second (`stats`), so an old file is an output that
 * stands still, on a quiet line too. A file that is not there was moved without a word to the engine.
 */
export async function readEveLog(options: {
  readonly folder: string
  /** Unix time in seconds. */
  readonly nowSeconds?: () => number
}): Promise<Answer<EveLog>> {
  const { folder, nowSeconds = () => Date.now() / 1000 } = options
  const path = join(folder, 'eve.json')
  try {
    const { size, mtimeMs } = await stat(path)
    return answered({ bytes: size, ageSeconds: Math.max(0, nowSeconds() - mtimeMs / 1000) })
  } catch (error) {
    return failed('SENSOR_FILE_UNREADABLE', path, toCause(error))
  }
}
