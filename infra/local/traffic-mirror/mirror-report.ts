/** What a mirror program has done since it started. received = mirrored + rejected + too-long + send-failed. */
export interface MirrorReport {
  /** Packets read from the mirrored interface, both directions. */
  readonly received: number
  /** Packets that were sent on, encapsulated, each once. */
  readonly mirrored: number
  /** Bytes of the outer frames sent. */
  readonly mirroredBytes: number
  /** Packets that no session asked for. */
  readonly rejected: number
  /** Packets that a session may have asked for, and that were lost here: the first places of the funnel. */
  readonly skipped: {
    /** The receive buffer was full. These are not among the received. */
    readonly 'kernel-drops': number
    /** Longer than the path carries. */
    readonly 'too-long': number
    /** The kernel did not take the outer frame. */
    readonly 'send-failed': number
  }
}
