import type { SendQueue } from './frame-queue.ts'

/** Frames that were not sent, by their place in the queue. */
export type OnRefused = (index: number, reason: string) => void

/** By what frames leave this process. */
export const sendMeans = ['af-xdp', 'af-packet', 'udp', 'pcap'] as const
export type SendMeans = (typeof sendMeans)[number]

/** Where frames go. */
export interface FrameSink {
  /** Sends what is queued, in order, tells of each frame that it could not, and leaves the queue as it is. */
  readonly send: (queue: SendQueue, onRefused: OnRefused) => void
  /** `af-packet` as soon as one frame has gone by a packet socket, for whoever measures AF_XDP. */
  readonly means: () => SendMeans
  readonly close: () => void
}

/** The sink is gone; nothing more can be sent. */
export class SinkGone extends Error {
  override readonly name = 'SinkGone'
}
