import { type FlowScript, noTransactions } from './flow-script.ts'
import { type Conversation, headerBytes, toUdpFrame } from './inner-frame.ts'
import { createTcpConversation } from './tcp-conversation.ts'

export interface BulkFlow {
  /** Lengths of the mirrored frames that carry data, Ethernet header included; one pass sends each once. */
  readonly frameBytes: readonly number[]
  /** Passes in one flow. An elephant has so many that the run ends first. */
  readonly passes: number
}

/** Nothing that a protocol parser could take for one of its own. */
const FILL = 0x2e

const fill = (frameBytes: number, header: number): Uint8Array =>
  new Uint8Array(Math.max(frameBytes - header, 0)).fill(FILL)

/** TCP data from the server, acknowledged by the client after every second segment. */
export function toTcpBulkFlow(conversation: Conversation, isn: readonly [number, number], flow: BulkFlow): FlowScript {
  const header = headerBytes(conversation.version, 'tcp')
  const tcp = createTcpConversation(conversation, isn)
  tcp.open()
  const loop = tcp.repeat(flow.passes, () => {
    for (const frameBytes of flow.frameBytes) {
      const bytes = fill(Math.max(frameBytes, header + 1), header)
      tcp.say(false, { bytes }, bytes.length)
    }
  })
  tcp.close()
  return { frames: tcp.frames, loop, transactions: noTransactions, isResolved: false }
}

/** UDP datagrams, every fourth one from the server. */
export function toUdpBulkFlow(conversation: Conversation, flow: BulkFlow): FlowScript {
  const header = headerBytes(conversation.version, 'udp')
  const frames = flow.frameBytes.map((frameBytes, index) =>
    toUdpFrame(conversation, index % 4 !== 3, { bytes: fill(frameBytes, header) }),
  )
  const loop = { from: 0, to: frames.length, passes: flow.passes, clientBytes: 0, serverBytes: 0 }
  return { frames, loop, transactions: noTransactions, isResolved: false }
}
