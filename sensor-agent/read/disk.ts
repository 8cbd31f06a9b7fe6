import { statfs } from 'node:fs/promises'
import type { Answer, DiskSpace } from '../sample/reading.ts'
import { answered, failed, toCause } from './answer.ts'

/**
 * Space of the file system that holds a folder. `freeBytes` is what an ordinary user may still write (f_bavail), so the
 * share that ext4 keeps for root is not promised to anyone. Asynchronous: a network file system can be slow to answer.
 */
export async function readDiskSpace(options: { readonly folder: string }): Promise<Answer<DiskSpace>> {
  try {
    const { bavail, blocks, bsize } = await statfs(options.folder)
    return answered({ freeBytes: bavail * bsize, totalBytes: blocks * bsize })
  } catch (error) {
    return failed('SENSOR_DISK_UNREADABLE', options.folder, toCause(error))
  }
}
