import type { InnerFrame } from './inner-frame.ts'

/** What a sensor must log for one finished flow. */
export interface Transactions {
  readonly http: number
  readonly tls: number
  /** Queries; each is answered. */
  readonly dns: number
  readonly alerts: number
}

export const noTransactions: Transactions = { http: 0, tls: 0, dns: 0, alerts: 0 }

/** Frames from `from` to before `to` are repeated until they have been sent `passes` times, later bytes following on. */
export interface Loop {
  readonly from: number
  readonly to: number
  readonly passes: number
  /** Bytes of TCP payload each end sends in one pass; 0 for UDP. */
  readonly clientBytes: number
  readonly serverBytes: number
}

/** One flow from its first packet to its last, as both directions pass the mirror. */
export interface FlowScript {
  readonly frames: readonly InnerFrame[]
  readonly loop: Loop | null
  readonly transactions: Transactions
  /** The server is the VPC's resolver: its replies have an outer port of their own. */
  readonly isResolved: boolean
}
