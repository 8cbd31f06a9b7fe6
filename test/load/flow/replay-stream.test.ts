import { describe, expect, it } from 'vitest'
import { EXHAUSTED, type FrameQueue } from '../../../load/flow/packet-stream.ts'
import { createReplayStream, type ReplayOptions, replayBytes } from '../../../load/flow/replay-stream.ts'
import { awsOuterPorts } from '../../../load/packet/outer-port.ts'
import { toFrame } from '../../support/frame.ts'

const envelope = (encapsulation: 'vxlan' | 'none') => ({
  ...{ encapsulation, destinationMac: 2, sourceMac: 1, source: 1, destination: 2, virtualNetworkId: 5 },
  gateway: { loadBalancer: 1, endpoint: 2 },
})
const there = { source: '198.18.0.1', destination: '198.18.0.2', sourcePort: 4000, destinationPort: 80 }
const back = { source: '198.18.0.2', destination: '198.18.0.1', sourcePort: 80, destinationPort: 4000 }
const frames = [there, back, { ...there, sourcePort: 4001 }].map(
  (fields) => new Uint8Array(toFrame(fields).view.buffer),
)
const all = [...frames, Uint8Array.of(1, 2, 3)]

function play(encapsulation: 'vxlan' | 'none', changes: Partial<ReplayOptions> = {}) {
  const bytes = new Uint8Array(replayBytes(all, envelope(encapsulation)))
  const memory = { bytes, view: new DataView(bytes.buffer) }
  const options = { envelope: envelope(encapsulation), outerPorts: awsOuterPorts, packetsMax: 100, isRepeated: false }
  const stream = createReplayStream(memory, 0, all, { ...options, ...changes })
  const sent: Uint8Array[] = []
  const queue: FrameQueue = {
    ...{ capacity: 64, count: () => 0, batchNumber: () => 0 },
    add: (offset, byteLength) => void sent.push(bytes.slice(offset, offset + byteLength)),
  }
  while (stream.queueNext(queue) !== EXHAUSTED);
  return { sent, counts: stream.sourceCounts()[0]?.counts }
}

describe('a replay', () => {
  it('sends the frames as they are, once, in order', () => {
    const { sent, counts } = play('none')
    expect(sent).toEqual(all)
    expect(counts).toMatchObject({ packets: 4, flows: 2 })
  })

  it('wraps them, with one outer port for both directions of a flow', () => {
    const { sent, counts } = play('vxlan')
    expect(sent.map((frame) => frame.slice(50))).toEqual(all)
    const [one, other, third] = sent.map((frame) => new DataView(frame.buffer).getUint16(34))
    expect(one).toBe(other)
    expect(third).not.toBe(one)
    expect(counts?.outerBytes).toBe((counts?.innerBytes ?? 0) + 4 * 50)
  })

  it('begins again when repeated, up to its bound', () => {
    expect(play('none', { isRepeated: true, packetsMax: 10 }).sent).toHaveLength(10)
  })
})
