import { type FlowScript, noTransactions } from './flow-script.ts'
import { type Conversation, TOKEN, toUdpFrame } from './inner-frame.ts'

/*
 * DNS message (RFC 1035 §4.1), one question, in the reply one answer whose name points to the question's (0xc00c)
 *
 *   id | flags | questions 1 | answers | 0 | 0 | 1 name 1 name … 0 | type A | class IN | [ 0xc00c | A | IN | ttl | 4 | address ]
 */
const DNS_HEADER_BYTES = 12
const TYPE_A = 1
const CLASS_IN = 1
const QUERY_FLAGS = 0x0100
const REPLY_FLAGS = 0x8180

/** A query for `<token>.mirror-fleet.test`, a name of its own for every flow, and its answer. */
export function toDnsFlow(conversation: Conversation, id: number): FlowScript {
  const tokenAt = DNS_HEADER_BYTES + 1
  return {
    frames: [
      toUdpFrame(conversation, true, { bytes: toMessage(id, QUERY_FLAGS, []), tokenAt }),
      toUdpFrame(conversation, false, { bytes: toMessage(id, REPLY_FLAGS, [toAnswer()]), tokenAt }),
    ],
    loop: null,
    transactions: { ...noTransactions, dns: 1 },
    isResolved: true,
  }
}

function toMessage(id: number, flags: number, answers: readonly number[][]): Uint8Array {
  const labels = [TOKEN, 'mirror-fleet', 'test']
  const name = labels.flatMap((label) => [label.length, ...new TextEncoder().encode(label)])
  const header = [id, flags, 1, answers.length, 0, 0].flatMap(toWord)
  return Uint8Array.from([...header, ...name, 0, ...toWord(TYPE_A), ...toWord(CLASS_IN), ...answers.flat()])
}

/** 198.19.255.1 for a minute. */
const toAnswer = (): number[] => [0xc00c, TYPE_A, CLASS_IN, 0, 60, 4, 0xc613, 0xff01].flatMap(toWord)

const toWord = (value: number): [number, number] => [value >>> 8, value & 0xff]
