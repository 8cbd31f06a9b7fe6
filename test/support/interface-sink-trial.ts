/**
 * A program for the tests of openInterfaceSink, run inside a namespace that holds both ends of a veth pair:
 *
 *   interface-sink-trial.ts <sending interface> <receiving interface> <outage|steady> <frame length>...
 *
 * Sends ten batches of frames of those lengths, and prints what became of them as JSON; the test judges.
 */
import { execFileSync, spawn } from 'node:child_process'
import { InterfaceGone, openPacketSocket } from '../../load/send/af-packet.ts'
import { createFrameBatch } from '../../load/send/frame-batch.ts'
import { createSendQueue } from '../../load/send/frame-queue.ts'
import { interfaceDriver } from '../../load/send/interface-request.ts'
import { openInterfaceSink } from '../../load/send/interface-sink.ts'
import { createMessageVector, messageVectorBytes } from '../../load/send/message-vector.ts'
import { allocateNativeMemory } from '../../load/send/native-memory.ts'
import { readWireCounters } from '../../load/send/wire-counters.ts'
import { openXdpSender } from '../../load/send/xdp-sender.ts'

/** IEEE 802 "local experimental 1": no stack sends it by itself. */
const ETHER_TYPE = 0x88b5
const BATCHES = 10
const STRIDE = 9472
const DEADLINE_MILLISECONDS = 10_000

const [from = '', to = '', weather = '', ...lengths] = process.argv.slice(2)
const capacity = lengths.length
const vectorBytes = Math.ceil(messageVectorBytes(capacity) / 64) * 64
const memory = allocateNativeMemory(vectorBytes + capacity * STRIDE)
const messages = createMessageVector(memory, 0, capacity)
const queue = createSendQueue(capacity)

const receiver = openPacketSocket({ interfaceName: to, receiveBufferBytes: 64 << 20 })
// Longer than any outage of a busy machine takes: giving up is not what is tried here.
const busyMillisecondsMax = DEADLINE_MILLISECONDS
const queueOptions = { interfaceName: from, queueNumber: 0, memory, busyMillisecondsMax }
const sink = openInterfaceSink({ ...queueOptions, messages })
const rival = openXdpSender({ ...queueOptions, framesMin: capacity })
const sentBefore = readWireCounters(from)?.packets ?? 0
if (weather === 'outage') breakOff()

const refused: string[] = []
let sequence = 0
for (let batch = 0; batch < BATCHES; batch++) {
  lengths.forEach((length, index) => {
    const at = vectorBytes + index * STRIDE
    memory.view.setUint16(at + 12, ETHER_TYPE)
    memory.view.setUint32(at + 14, sequence++)
    memory.view.setUint16(at + Number(length) - 2, Number(length))
    queue.add(at, Number(length), 0)
  })
  sink.send(queue, (index, reason) => refused.push(`${index} ${reason}`))
  queue.clear()
}
const wirePackets = (readWireCounters(from)?.packets ?? 0) - sentBefore
const means = sink.means()
sink.close()
const told = { isXdp: rival === null, driver: interfaceDriver(from), means, sent: sequence, refused, wirePackets }
process.stdout.write(JSON.stringify({ ...told, seen: receiveAll(wirePackets) }))

/** Takes the far end away until the kernel has dropped a frame for it. */
function breakOff(): void {
  execFileSync('ip', ['link', 'set', to, 'down'])
  try {
    receiver.receive(createFrameBatch({ capacity: 1, frameBytes: 64 }))
  } catch (error) {
    if (!(error instanceof InterfaceGone)) throw error
  }
  // The 13th number is the count of frames dropped on their way out.
  const dropped = `awk -v name=${from}: '$1 == name { print $13 }' /proc/net/dev`
  spawn('sh', ['-c', `until [ "$(${dropped})" -gt 0 ]; do :; done; ip link set ${to} up`], { stdio: 'inherit' })
}

/** Sequence numbers in the order in which the frames came, with what is wrong with one. */
function receiveAll(expected: number): string[] {
  const batch = createFrameBatch({ capacity: 64, frameBytes: STRIDE })
  const seen: string[] = []
  const end = performance.now() + DEADLINE_MILLISECONDS
  while (seen.length < expected && performance.now() < end) {
    const count = receiver.receive(batch)
    if (count === 0) break
    for (let index = 0; index < count; index++) {
      const at = batch.frameOffset(index)
      if (batch.view.getUint16(at + 12) !== ETHER_TYPE) continue
      const bytes = batch.receivedBytes(index)
      const isWhole = batch.view.getUint16(at + bytes - 2) === bytes
      seen.push(isWhole ? `${batch.view.getUint32(at + 14)}` : `damaged after ${bytes} bytes`)
    }
  }
  return seen
}
