/** A server that takes longer to answer counts as one that does not. */
export const mostSeconds = 10

/** For one request: it also ends by the other signals. */
export const toDeadline = (...others: readonly AbortSignal[]): AbortSignal =>
  AbortSignal.any([AbortSignal.timeout(mostSeconds * 1000), ...others])

/** Whether it was the deadline that ended the request. @param error what the request threw */
export const isLate = (error: unknown): boolean => error instanceof DOMException && error.name === 'TimeoutError'
