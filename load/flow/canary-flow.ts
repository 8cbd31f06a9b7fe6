import { type FlowScript, noTransactions } from './flow-script.ts'
import { type Conversation, TOKEN, toUdpFrame } from './inner-frame.ts'

/** What the canary's rule looks for. */
export const CANARY_MARKER = 'mirror-fleet-canary'

/** Three datagrams, the second with the marker: one alert a flow, however often the rule looks at the others. */
export function toCanaryFlow(conversation: Conversation): FlowScript {
  const datagram = (text: string) => ({ bytes: new TextEncoder().encode(`${TOKEN} ${text}`), tokenAt: 0 })
  return {
    frames: ['before', CANARY_MARKER, 'after'].map((text) => toUdpFrame(conversation, true, datagram(text))),
    loop: null,
    transactions: { ...noTransactions, alerts: 1 },
    isResolved: false,
  }
}
