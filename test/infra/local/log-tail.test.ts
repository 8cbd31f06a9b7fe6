import { appendFileSync, mkdtempSync, rmSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LogTail } from '../../../infra/local/log-tail.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mft-log-tail-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

async function readAll(tail: LogTail): Promise<string[]> {
  const lines: string[] = []
  await tail.read((line) => lines.push(line))
  return lines
}

describe('LogTail', () => {
  it('gives every line once and whole, wherever the writer was interrupted', async () => {
    let files = 0
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\n', ' ')),
          { maxLength: 8 },
        ),
        fc.array(fc.nat(60), { maxLength: 6 }),
        async (lines, cuts) => {
          const path = join(folder, String(files++))
          const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''))
          const tail = new LogTail(path)
          const found: string[] = []
          let written = 0
          for (const end of [...cuts.toSorted((a, b) => a - b), bytes.length]) {
            const until = Math.min(end, bytes.length)
            if (until > written) appendFileSync(path, bytes.subarray(written, until))
            written = Math.max(written, until)
            found.push(...(await readAll(tail)))
          }
          expect(found).toEqual(lines.map((line) => Buffer.from(line).toString('utf8')))
        },
      ),
      { numRuns: 60 },
    )
  })

  it('begins where it is told, and a log that does not exist yet has no lines', async () => {
    const path = join(folder, 'log')
    expect(await readAll(new LogTail(path))).toEqual([])
    appendFileSync(path, 'old\nnew\n')
    expect(await readAll(new LogTail(path, { offset: 4 }))).toEqual(['new'])
  })

  it('starts anew when the log was emptied', async () => {
    const path = join(folder, 'log')
    const tail = new LogTail(path)
    appendFileSync(path, 'one line\nand a half')
    expect(await readAll(tail)).toEqual(['one line'])
    truncateSync(path)
    appendFileSync(path, 'two\n')
    expect(await readAll(tail)).toEqual(['two'])
  })

  it('passes over what it cannot keep up with, and never shows half a line', async () => {
    const path = join(folder, 'log')
    const tail = new LogTail(path, { mostBytes: 10 })
    appendFileSync(path, 'first\nsecond\nthird\nlast\n')
    expect(await readAll(tail)).toEqual(['last'])
    appendFileSync(path, 'next\n')
    expect(await readAll(tail)).toEqual(['next'])
  })
})
