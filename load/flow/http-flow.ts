import type { FlowScript } from './flow-script.ts'
import { noTransactions } from './flow-script.ts'
import { type Conversation, TOKEN } from './inner-frame.ts'
import { createTcpConversation } from './tcp-conversation.ts'

export interface HttpFlow {
  /** Requests on one connection. */
  readonly requests: number
  readonly responseBytes: number
  readonly segmentBytes: number
}

const encoder = new TextEncoder()

/** HTTP/1.1 over TCP. The URL `/<token>/<n>` is unique among all requests of a run, so "logged exactly once" can be told. */
export function toHttpFlow(conversation: Conversation, isn: readonly [number, number], flow: HttpFlow): FlowScript {
  const tcp = createTcpConversation(conversation, isn)
  tcp.open()
  for (let request = 0; request < flow.requests; request++) {
    tcp.say(true, { bytes: toRequest(request, flow.requests), tokenAt: 'GET /'.length }, flow.segmentBytes)
    tcp.say(false, { bytes: toResponse(flow.responseBytes) }, flow.segmentBytes)
  }
  tcp.close()
  return {
    frames: tcp.frames,
    loop: null,
    transactions: { ...noTransactions, http: flow.requests },
    isResolved: false,
  }
}

function toRequest(request: number, requests: number): Uint8Array {
  const connection = request === requests - 1 ? 'close' : 'keep-alive'
  return encoder.encode(
    `GET /${TOKEN}/${request} HTTP/1.1\r\nHost: mirror-fleet.test\r\nUser-Agent: mirror-fleet-load\r\n` +
      `Accept: */*\r\nConnection: ${connection}\r\n\r\n`,
  )
}

function toResponse(bodyBytes: number): Uint8Array {
  const body = 'mirrored '.repeat(Math.ceil(bodyBytes / 9)).slice(0, bodyBytes)
  return encoder.encode(
    `HTTP/1.1 200 OK\r\nServer: mirror-fleet-load\r\nContent-Type: text/plain\r\nContent-Length: ${bodyBytes}\r\n\r\n${body}`,
  )
}
