/**
 * A program for the tests of openPacketSocket, run inside a namespace that holds both ends of a veth pair:
 *
 *   packet-socket-trial.ts <trial> <sending interface> <receiving interface>
 *
 * Prints what happened as JSON; the test judges.
 */
import { execFileSync } from 'node:child_process'
import { openPacketSocket, type PacketSocket } from '../../load/send/af-packet.ts'
import { createFrameBatch, type FrameBatch } from '../../load/send/frame-batch.ts'

/** IEEE 802 "local experimental 1": no stack sends it by itself. */
const ETHER_TYPE = 0x88b5
const SEQUENCE_AT = 14
const DEADLINE_MILLISECONDS = 10_000

const [trial = '', from = '', to = ''] = process.argv.slice(2)

/** Queues frames numbered from `first` and sends them. */
function sendFrames(sender: PacketSocket, batch: FrameBatch, first: number, lengths: readonly number[]) {
  lengths.forEach((length, index) => {
    const at = batch.frameOffset(index)
    batch.bytes.fill(0xff, at, at + 6)
    batch.view.setUint16(at + 12, ETHER_TYPE)
    batch.view.setUint32(at + SEQUENCE_AT, first + index)
    batch.view.setUint8(at + length - 1, (first + index) & 0xff)
    batch.queue(at, length)
  })
  return sender.send(batch)
}

interface Seen {
  readonly sequence: number
  readonly bytes: number
  readonly lastByte: number
  readonly direction: string
}

/** Receives until so many of our frames came, or nothing more is there. */
function receiveFrames(capture: PacketSocket, batch: FrameBatch, expected = Number.POSITIVE_INFINITY): Seen[] {
  const seen: Seen[] = []
  const end = performance.now() + DEADLINE_MILLISECONDS
  while (seen.length < expected && performance.now() < end) {
    const count = capture.receive(batch, Number.isFinite(expected) ? 'for-one' : 'at-once')
    if (count === 0 && !Number.isFinite(expected)) break
    for (let index = 0; index < count; index++) {
      const at = batch.frameOffset(index)
      if (batch.view.getUint16(at + 12) !== ETHER_TYPE) continue
      const bytes = batch.receivedBytes(index)
      const lastByte = bytes <= batch.frameBytes ? batch.view.getUint8(at + bytes - 1) : -1
      seen.push({
        sequence: batch.view.getUint32(at + SEQUENCE_AT),
        bytes,
        lastByte,
        direction: batch.direction(index),
      })
    }
  }
  return seen
}

const lengthsOf = (count: number, toLength: (index: number) => number) =>
  Array.from({ length: count }, (_, n) => toLength(n))

const trials: Record<string, () => unknown> = {
  'round-trip': () => {
    const [capture, sender] = [
      openPacketSocket({ interfaceName: to }),
      openPacketSocket({ interfaceName: from, sendOnly: true }),
    ]
    const [incoming, outgoing] = [
      createFrameBatch({ capacity: 16, frameBytes: 2048, headroomBytes: 50 }),
      createFrameBatch({ capacity: 100, frameBytes: 2048 }),
    ]
    const sent = sendFrames(
      sender,
      outgoing,
      1000,
      lengthsOf(100, (n) => 60 + n * 14),
    )
    return { sent, seen: receiveFrames(capture, incoming, 100) }
  },
  'own-frames': () => {
    const [capture, sender] = [
      openPacketSocket({ interfaceName: from }),
      openPacketSocket({ interfaceName: from, sendOnly: true }),
    ]
    const batch = createFrameBatch({ capacity: 16, frameBytes: 2048 })
    sendFrames(sender, batch, 1, [100, 100])
    // An ordinary packet of this host, by contrast, is seen as outgoing.
    execFileSync('bash', ['-c', 'echo hello > /dev/udp/198.18.203.99/9'])
    const indexes = lengthsOf(capture.receive(batch), (index) => index)
    const isOurs = (index: number) => batch.view.getUint16(batch.frameOffset(index) + 12) === ETHER_TYPE
    return { ours: indexes.filter(isOurs).length, directions: indexes.map((index) => batch.direction(index)) }
  },
  'long-frames': () => {
    const [capture, sender] = [
      openPacketSocket({ interfaceName: to }),
      openPacketSocket({ interfaceName: from, sendOnly: true }),
    ]
    const incoming = createFrameBatch({ capacity: 4, frameBytes: 256 })
    const sent = sendFrames(
      sender,
      createFrameBatch({ capacity: 8, frameBytes: 16_384 }),
      0,
      [100, 256, 257, 9000, 9100, 60],
    )
    return { sent, seen: receiveFrames(capture, incoming, 5) }
  },
  drops: () => {
    const capture = openPacketSocket({ interfaceName: to, receiveBufferBytes: 64 * 1024 })
    const sender = openPacketSocket({ interfaceName: from, sendOnly: true })
    const batch = createFrameBatch({ capacity: 64, frameBytes: 2048 })
    for (let first = 0; first < 6400; first += 64)
      sendFrames(
        sender,
        batch,
        first,
        lengthsOf(64, () => 100),
      )
    const before = capture.statistics()
    const readable = receiveFrames(capture, batch).length
    return { before, readable, again: capture.statistics() }
  },
  stop: () => {
    const [capture, sender] = [
      openPacketSocket({ interfaceName: to }),
      openPacketSocket({ interfaceName: from, sendOnly: true }),
    ]
    const batch = createFrameBatch({ capacity: 16, frameBytes: 2048 })
    sendFrames(sender, batch, 0, [100, 100, 100])
    capture.stopReceiving()
    sendFrames(sender, batch, 3, [100, 100])
    return {
      sequences: receiveFrames(capture, batch).map(({ sequence }) => sequence),
      statistics: capture.statistics(),
    }
  },
  timeout: () => {
    const capture = openPacketSocket({ interfaceName: to, receiveTimeoutMilliseconds: 150 })
    const sender = openPacketSocket({ interfaceName: from, sendOnly: true })
    const batch = createFrameBatch({ capacity: 4, frameBytes: 256 })
    const measure = (wait: 'for-one' | 'at-once') => {
      const start = performance.now()
      return { count: capture.receive(batch, wait), milliseconds: performance.now() - start }
    }
    const [forOne, atOnce] = [measure('for-one'), measure('at-once')]
    sendFrames(sender, batch, 0, [100])
    return { forOne, atOnce, oneFrame: measure('for-one') }
  },
  'interface-down': () => {
    const [capture, sender] = [
      openPacketSocket({ interfaceName: to }),
      openPacketSocket({ interfaceName: to, sendOnly: true }),
    ]
    const batch = createFrameBatch({ capacity: 4, frameBytes: 256 })
    execFileSync('ip', ['link', 'set', to, 'down'])
    const sent = sendFrames(sender, batch, 0, [100, 100, 100])
    execFileSync('ip', ['link', 'delete', to])
    const sentAfter = sendFrames(sender, batch, 0, [100])
    return { sent, sentAfter, received: toMessage(() => capture.receive(batch)) }
  },
  'no-interface': () => toMessage(() => openPacketSocket({ interfaceName: 'absent0' })),
  'full-queue': () => {
    const batch = createFrameBatch({ capacity: 1, frameBytes: 256 })
    batch.queue(0, 60)
    return toMessage(() => batch.queue(0, 60))
  },
}

function toMessage(attempt: () => unknown): string {
  try {
    attempt()
    return 'no error'
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  }
}

process.stdout.write(`${JSON.stringify(trials[trial]?.())}\n`)
process.exit(0)
