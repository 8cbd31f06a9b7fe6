import type { HistoryPoint, ViewMessage } from '../messages.ts'

const retryMilliseconds = 1000

export interface StreamListener {
  /** The page has begun to follow: when it was opened, and each time it is shown again. */
  readonly onBegin: () => void
  readonly onLost: () => void
  /** The server's memory, which replaces the page's. */
  readonly onHistory: (points: readonly HistoryPoint[]) => void
  readonly onView: (message: ViewMessage) => void
}

/**
 * Follows the server's events while the page is shown, over the server's restarts. A hidden page follows nothing: a browser has
 * six connections for all tabs of an origin, and the seventh tab would wait for ever.
 */
export function followStream(listener: StreamListener): void {
  let source: EventSource | null = null
  let retry: ReturnType<typeof setTimeout> | undefined
  const open = () => {
    source = openStream(listener, () => {
      retry = setTimeout(open, retryMilliseconds)
    })
  }
  const begin = () => {
    source?.close()
    clearTimeout(retry)
    if (document.hidden) return
    listener.onBegin()
    open()
  }
  document.addEventListener('visibilitychange', begin)
  begin()
}

/** @param onEnd of a stream that the browser does not try to open again by itself */
function openStream(listener: StreamListener, onEnd: () => void): EventSource {
  const source = new EventSource('/api/stream')
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
    if (source.readyState === EventSource.CLOSED) onEnd()
  })
  return source
}
