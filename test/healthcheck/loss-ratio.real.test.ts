import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lossRatio } from '../../healthcheck/loss-ratio.ts'

const namespace = `mft-loss-${process.pid}`
const program = fileURLToPath(new URL('../support/packet-socket.ts', import.meta.url))

const Counted = Type.Object({ packets: Type.Integer(), drops: Type.Integer(), readable: Type.Integer() })

function ip(...words: readonly string[]): void {
  execFileSync('ip', words, { timeout: 20_000 })
}

/** Sends so many frames past a socket that nobody reads; what the kernel counted, and what was still there to read. */
function sendPastSocket(mode: string, frames: number): Static<typeof Counted> {
  const command = [process.execPath, program, mode, 'receiver', 'sender', String(frames)]
  const output = execFileSync('ip', ['netns', 'exec', namespace, ...command], { timeout: 90_000, encoding: 'utf8' })
  return Value.Parse(Counted, JSON.parse(output))
}

beforeAll(() => {
  ip('netns', 'add', namespace)
  ip('-n', namespace, 'link', 'add', 'sender', 'type', 'veth', 'peer', 'name', 'receiver')
  ip('-n', namespace, 'link', 'set', 'sender', 'up')
  ip('-n', namespace, 'link', 'set', 'receiver', 'up')
})

afterAll(() => {
  ip('netns', 'delete', namespace)
})

describe.each(['queue', 'tpacket-v3'])('the kernel’s figures of an AF_PACKET socket (%s)', (mode) => {
  it('packets include the drops, so the loss is drops / packets', () => {
    const sent = 20_000
    const { packets, drops, readable } = sendPastSocket(mode, sent)
    expect(packets).toBe(sent)
    expect(drops).toBeGreaterThan(0)
    expect(readable).toBeGreaterThan(0)
    expect(readable).toBe(packets - drops)
    expect(lossRatio(packets, drops)).toBe((sent - readable) / sent)
    // The common formula understates it.
    expect(drops / (packets + drops)).toBeLessThan(lossRatio(packets, drops))
  })

  it('what fits is all there to read, and the loss is 0', () => {
    const sent = 3
    const { packets, drops, readable } = sendPastSocket(mode, sent)
    expect({ packets, drops, readable }).toEqual({ packets: sent, drops: 0, readable: sent })
    expect(lossRatio(packets, drops)).toBe(0)
  })
})
