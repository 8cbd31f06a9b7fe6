import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createNamespaces } from '../../support/network-namespace.ts'

let namespaces: ReturnType<typeof createNamespaces>
beforeAll(() => {
  namespaces = createNamespaces(`mft-packet-${process.pid}`, ['host'])
})
afterAll(() => namespaces.remove())

/** Both ends of a fresh veth pair stand in one namespace: one trial takes its interface away. */
beforeEach(() => {
  const interfaces = namespaces.ip('host', '-brief', 'link')
  if (interfaces.includes('sending')) namespaces.ip('host', 'link', 'delete', 'sending')
  namespaces.connect(
    { namespace: 'host', interfaceName: 'sending', address: '198.18.203.1/24', mac: '02:00:00:00:03:01' },
    { namespace: 'host', interfaceName: 'receiving', mac: '02:00:00:00:03:02' },
  )
})

function run(trial: string) {
  const script = fileURLToPath(new URL('../../support/packet-socket-trial.ts', import.meta.url))
  const command = namespaces.command('host', process.execPath, script, trial, 'sending', 'receiving')
  return JSON.parse(execFileSync('ip', command, { encoding: 'utf8', timeout: 60_000 }))
}

describe('a packet socket', () => {
  it('delivers every frame sent, whole, in order, as incoming, in batches smaller than what was sent', () => {
    const { sent, seen } = run('round-trip')
    const expected = Array.from({ length: 100 }, (_, n) => ({
      ...{ sequence: 1000 + n, bytes: 60 + n * 14, lastByte: (1000 + n) & 0xff, direction: 'ingress' },
    }))
    expect(seen).toEqual(expected)
    expect(sent).toEqual({ frames: 100, bytes: 75_300, tooLong: 0, refused: 0, refusedFor: null })
  })

  it('shows the host’s packets as outgoing, but not the frames sent past the queueing discipline', () => {
    const { ours, directions } = run('own-frames')
    expect(ours).toBe(0)
    expect(directions.length).toBeGreaterThan(0)
    expect(new Set(directions)).toEqual(new Set(['egress']))
  })

  it('notices a frame longer than its slot, and counts one that is longer than the MTU without losing the next', () => {
    const { sent, seen } = run('long-frames')
    expect(seen.map(({ bytes }: { bytes: number }) => bytes)).toEqual([100, 256, 257, 9000, 60])
    expect(sent).toMatchObject({ frames: 5, tooLong: 1, refused: 0 })
  })

  it('counts drops among the packets, and keeps totals although the kernel resets its own at every read', () => {
    const { before, readable, again } = run('drops')
    expect(before.packets).toBeGreaterThanOrEqual(6400)
    expect(before.drops).toBeGreaterThan(0)
    expect(before.packets - before.drops).toBe(readable)
    expect(again).toEqual(before)
  })

  it('delivers what came before it was told to stop, and nothing that came later', () => {
    expect(run('stop')).toEqual({ sequences: [0, 1, 2], statistics: { packets: 3, drops: 0 } })
  })

  it('waits as long as it was told for a first frame, and for no second one', () => {
    const { forOne, atOnce, oneFrame } = run('timeout')
    expect([forOne.count, atOnce.count, oneFrame.count]).toEqual([0, 0, 1])
    expect(forOne.milliseconds).toBeGreaterThan(140)
    expect(atOnce.milliseconds).toBeLessThan(140)
    expect(oneFrame.milliseconds).toBeLessThan(140)
  })

  it('says so when its interface goes away, and counts what it could not send', () => {
    const { sent, sentAfter, received } = run('interface-down')
    expect(received).toMatch(/InterfaceGone: interface "receiving" went down or was removed/)
    expect(sent).toMatchObject({ frames: 0, refused: 3, refusedFor: 'ENETDOWN' })
    expect(sentAfter).toMatchObject({ frames: 0, refused: 1 })
  })

  it('says which interface is missing', () => expect(run('no-interface')).toMatch(/"absent0"/))

  it('refuses to queue more than it holds', () => expect(run('full-queue')).toMatch(/holds 1 frames/))
})
