/** The fleet could not be read. The message is for the operator: what was asked, and what came back. */
export class FleetUnread extends Error {
  override readonly name = 'FleetUnread'
}

const maxMessageLength = 500

/** An error of somebody else's as one line that a terminal can show. */
export function toFault(error: unknown): string {
  if (!(error instanceof Error)) return 'an unknown fault'
  const { name, message } = error
  // The SDK's own names tell more than their messages (AccessDenied, ExpiredToken); "Error" tells nothing.
  const text = message === '' || message === name ? name : name === 'Error' ? message : `${name}: ${message}`
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, maxMessageLength)
}

/**
 * Waits for an answer of AWS's until `signal` comes. The client repeats what was throttled by itself, and its pauses do not
 * end with an AbortSignal, so the wait ends here.
 * @throws FleetUnread
 */
export async function askAws<T>(action: string, answer: Promise<T>, signal: AbortSignal): Promise<T> {
  const cut = Promise.withResolvers<never>()
  const onAbort = () => cut.reject(new Error('no answer before the deadline: throttled, or not reachable from here'))
  if (signal.aborted) onAbort()
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([answer, cut.promise])
  } catch (error) {
    throw new FleetUnread(`${action}: ${toFault(error)}`)
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
