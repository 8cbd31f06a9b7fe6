import { decodeAlerts } from './alerts.ts'
import type { AlertsView } from './messages.ts'

/** Every alert that is pending or firing, with its texts; the page shows a hundred. */
const mostBytes = 1 << 20

/**
 * The alerts that a Prometheus has now.
 * @param address of the Prometheus, without a slash at the end
 * @param signal ends the asking
 * @returns always: what it says, or why it could not be read
 */
export async function readPrometheusAlerts(address: string, signal: AbortSignal): Promise<AlertsView> {
  const url = `${address}/api/v1/alerts`
  try {
    // Not followed: whoever answers there must not send us anywhere.
    const response = await fetch(url, { redirect: 'manual', signal })
    if (response.status === 200) return decodeAlerts(await readText(response))
    await response.body?.cancel()
    return { isRead: false, fault: `${url} answered with HTTP ${response.status}` }
  } catch (error) {
    return { isRead: false, fault: `${url}: ${signal.aborted ? 'no answer in time' : toCause(error)}` }
  }
}

async function readText({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body ?? []) {
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes > mostBytes) throw new Error(`the answer has more than ${mostBytes} bytes`)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** What fetch throws says only "fetch failed"; its cause says why. */
function toCause(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error
  return cause instanceof Error ? cause.message || cause.name : String(cause)
}
