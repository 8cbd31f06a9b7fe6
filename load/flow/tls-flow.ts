import { type FlowScript, noTransactions } from './flow-script.ts'
import type { Conversation } from './inner-frame.ts'
import { createTcpConversation } from './tcp-conversation.ts'
import { applicationData, changeCipherSpec, clientHello, encrypted, handshake12, serverHello } from './tls-record.ts'

export interface TlsFlow {
  readonly version: '1.2' | '1.3'
  /** Encrypted bytes from the server after the handshake. */
  readonly responseBytes: number
  readonly segmentBytes: number
}

/** A TLS connection up to some encrypted data; the server name `<token>.mirror-fleet.test` is unique in a run. */
export function toTlsFlow(
  conversation: Conversation,
  isn: readonly [number, number],
  random: (count: number) => Uint8Array,
  flow: TlsFlow,
): FlowScript {
  const tcp = createTcpConversation(conversation, isn)
  const say = (toServer: boolean, ...records: readonly Uint8Array[]) =>
    tcp.say(toServer, { bytes: join(records) }, flow.segmentBytes)
  tcp.open()
  tcp.say(true, clientHello(flow.version, random), flow.segmentBytes)
  if (flow.version === '1.2') {
    say(false, serverHello('1.2', random), ...handshake12.server(random))
    say(true, handshake12.client(random), changeCipherSpec(), encrypted(random(40)))
    say(false, changeCipherSpec(), encrypted(random(40)))
  } else {
    say(false, serverHello('1.3', random), changeCipherSpec(), applicationData(random(800)))
    say(true, changeCipherSpec(), applicationData(random(53)))
  }
  say(true, applicationData(random(180)))
  say(false, applicationData(random(flow.responseBytes)))
  tcp.close()
  return { frames: tcp.frames, loop: null, transactions: { ...noTransactions, tls: 1 }, isResolved: false }
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}
