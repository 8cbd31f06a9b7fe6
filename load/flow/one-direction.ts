import { type FlowScript, noTransactions } from './flow-script.ts'

/** What a mirror of one direction sees. Nothing of it is a whole transaction, except that a query is one. */
export function toOneDirection(script: FlowScript, toServer: boolean): FlowScript {
  const framesBefore = (index: number) => script.frames.slice(0, index).filter((f) => f.toServer === toServer).length
  const { loop, transactions } = script
  return {
    ...script,
    frames: script.frames.filter((frame) => frame.toServer === toServer),
    loop: loop === null ? null : { ...loop, from: framesBefore(loop.from), to: framesBefore(loop.to) },
    transactions: toServer ? { ...noTransactions, dns: transactions.dns, alerts: transactions.alerts } : noTransactions,
  }
}
