import { open, stat } from 'node:fs/promises'

const chunkBytes = 1 << 20
const newline = 0x0a

export interface LogTailOptions {
  /** Where to begin. A log that does not exist yet begins at 0. @default 0 */
  readonly offset?: number
  /** More than this of news is not read but passed over, all but the end of it. @default - everything is read */
  readonly mostBytes?: number
}

/** The lines that a log file gains, look by look. A file that has become shorter is read from its beginning. */
export class LogTail {
  readonly #path: string
  readonly #mostBytes: number
  #offset: number
  /** A line is written in pieces; its beginning is kept as bytes, for a character may be cut in two. */
  #rest: Buffer = Buffer.alloc(0)
  /** The next line has lost its beginning. */
  #isCutOff = false

  constructor(path: string, { offset = 0, mostBytes = Number.POSITIVE_INFINITY }: LogTailOptions = {}) {
    this.#path = path
    this.#mostBytes = mostBytes
    this.#offset = offset
  }

  /** Calls `take` with each whole line that is new, in order. */
  async read(take: (line: string) => void): Promise<void> {
    const bytes = await toLogBytes(this.#path)
    if (bytes < this.#offset) this.#moveTo(0, false)
    if (bytes - this.#offset > this.#mostBytes) this.#moveTo(bytes - this.#mostBytes, true)
    if (bytes > this.#offset) await this.#readNew(take)
  }

  #moveTo(offset: number, isCutOff: boolean): void {
    this.#offset = offset
    this.#rest = Buffer.alloc(0)
    this.#isCutOff = isCutOff
  }

  async #readNew(take: (line: string) => void): Promise<void> {
    const file = await open(this.#path, 'r')
    try {
      const chunk = Buffer.alloc(chunkBytes)
      for (;;) {
        const { bytesRead } = await file.read(chunk, 0, chunkBytes, this.#offset)
        if (bytesRead === 0) return
        this.#offset += bytesRead
        this.#take(chunk.subarray(0, bytesRead), take)
      }
    } finally {
      await file.close()
    }
  }

  #take(chunk: Buffer, take: (line: string) => void): void {
    const end = chunk.lastIndexOf(newline)
    if (end < 0) {
      this.#rest = Buffer.concat([this.#rest, chunk])
      return
    }
    const whole = Buffer.concat([this.#rest, chunk.subarray(0, end)]).toString('utf8')
    this.#rest = Buffer.from(chunk.subarray(end + 1))
    const lines = whole.split('\n')
    for (const line of this.#isCutOff ? lines.slice(1) : lines) take(line)
    this.#isCutOff = false
  }
}

/** @returns 0 for a log that does not exist yet */
export async function toLogBytes(path: string): Promise<number> {
  try {
    return (await stat(path)).size
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 0
    throw error
  }
}
