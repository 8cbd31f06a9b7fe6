import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { run, runCommand } from '../../../infra/local/command.ts'

describe('runCommand', () => {
  it('gives a program nothing of our environment but the path', async () => {
    process.env.MFT_SECRET = 'of the shell'
    try {
      expect(await run('env', [])).toBe(`PATH=${process.env.PATH}\nHOME=/nonexistent\n`)
    } finally {
      delete process.env.MFT_SECRET
    }
  })

  it('runs it in a process group of its own, which Ctrl-C does not reach', async () => {
    const group = Number((await run('sh', ['-c', 'ps -o pgid= -p $$'])).trim())
    const own = Number((await run('ps', ['-o', 'pgid=', '-p', String(process.pid)])).trim())
    expect(group).toBeGreaterThan(0)
    expect(group).not.toBe(own)
  })

  it('runs again what a signal of the terminal ended before it was the program', async () => {
    // Ends itself by SIGINT unless it is the second to run.
    const folder = mkdtempSync(join(tmpdir(), 'mft-command-'))
    try {
      expect(await run('sh', ['-c', `mkdir ${folder}/once 2>&- && kill -INT $$; echo run`])).toBe('run\n')
      await expect(run('sh', ['-c', 'kill -INT $$'])).rejects.toThrow('was ended by SIGINT')
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('kills what takes too long, and says so', async () => {
    const slow = runCommand('sleep', ['60'], { deadlineSeconds: 0.2 })
    await expect(slow).rejects.toThrow('sleep 60 was ended by SIGKILL, allowed are 0.2 s')
  })

  it('hands over input, and what the program said when it failed', async () => {
    expect(await run('cat', [], { input: 'given' })).toBe('given')
    await expect(run('sh', ['-c', 'echo broken >&2; exit 7'])).rejects.toThrow(/exited with 7: broken/)
    await expect(run('no-such-program', [])).rejects.toThrow('cannot run no-such-program: is it installed?')
  })
})
