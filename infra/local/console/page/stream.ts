import type { HistoryPoint, ViewMessage } from '../messages.ts'

const retryMilliseconds = 1000

export interface StreamListener {
  readonly onOpen: () => void
  readonly onLost: () => void
  /** The server's memory, which replaces the page's. */
  readonly onHistory: (points: readonly HistoryPoint[]) => void
  readonly onView: (message: ViewMessage) => void
}

/** Follows the server's events for as long as the page is open, over its restarts. */
export function followStream(listener: StreamListener): void {
  const source = new EventSource('/api/stream')
  source.addEventListener('open', listener.onOpen)
  source.addEventListener('history', ({ data }) => {
    const points: readonly HistoryPoint[] = JSON.parse(data)
    listener.onHistory(points)
  })
  source.addEventListener('view', ({ data }) => {
    const message: ViewMessage = JSON.parse(data)
    listener.onView(message)
  })
  source.addEventListener('error', () => {
    listener.onLost()
    // Otherwise the browser tries again by itself.
    if (source.readyState !== EventSource.CLOSED) return
    setTimeout(() => followStream(listener), retryMilliseconds)
  })
}
