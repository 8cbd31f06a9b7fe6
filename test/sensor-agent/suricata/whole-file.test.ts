import {
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sendWholeFile } from '../../../sensor-agent/suricata/whole-file.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mft-whole-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('sendWholeFile', () => {
  it('writes through no link that somebody put in its way', async () => {
    const victim = join(folder, 'victim')
    writeFileSync(victim, 'untouched')
    symlinkSync(victim, join(folder, 'a.new'))
    symlinkSync(victim, join(folder, 'a'))
    await sendWholeFile(join(folder, 'a'), 'text')
    expect([readFileSync(victim, 'utf8'), readFileSync(join(folder, 'a'), 'utf8')]).toEqual(['untouched', 'text'])
    expect(lstatSync(join(folder, 'a')).isFile()).toBe(true)
    expect(readdirSync(folder).sort()).toEqual(['a', 'victim'])
  })

  it('leaves a file alone that already says so', async () => {
    const path = join(folder, 'a')
    await sendWholeFile(path, 'text')
    const { ino, mode } = statSync(path)
    await sendWholeFile(path, 'text')
    expect([statSync(path).ino, mode & 0o777]).toEqual([ino, 0o640])
    await sendWholeFile(path, 'other')
    expect(readFileSync(path, 'utf8')).toBe('other')
  })
})
