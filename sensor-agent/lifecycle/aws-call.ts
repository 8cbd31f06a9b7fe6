import { toSentence } from '../faults.ts'
import type { Clock } from '../read/clock.ts'

/** What became of one call. */
export type Outcome<T> =
  | { readonly kind: 'answered'; readonly value: T }
  /** AWS said no, or the call never left: nothing has changed there. `name` is the error code, such as AccessDenied. */
  | { readonly kind: 'failed'; readonly name: string; readonly message: string; readonly fault: string }
  /** Nothing came, or that something broke over there: the call may have had its effect. */
  | { readonly kind: 'unanswered'; readonly fault: string }

/**
 * For every client. One attempt: `next` is what tries again, and a client that did so too could turn a completion whose
 * answer was lost into a hook that does not wait.
 */
export const clientSettings = {
  maxAttempts: 1,
  // Without the last one the client only warns on the console, and lets the request run on.
  requestHandler: { connectionTimeout: 3_000, requestTimeout: 4_000, throwOnRequestTimeout: true },
}
const deadlineSeconds = 10

/**
 * Sends one command, and settles within the deadline whatever the client does: its credentials may come from a metadata
 * service that says nothing, and no signal reaches that. Never rejects.
 */
export async function callAws<T>(
  name: string,
  send: (abortSignal: AbortSignal) => Promise<T>,
  clock: Pick<Clock, 'after'>,
): Promise<Outcome<T>> {
  const abort = new AbortController()
  let cancel = (): void => {}
  const late = new Promise<Outcome<T>>((settle) => {
    cancel = clock.after(deadlineSeconds, () => {
      abort.abort()
      settle(toUnanswered(name, `no answer within ${deadlineSeconds} s`))
    })
  })
  const answer = send(abort.signal).then(
    (value): Outcome<T> => ({ kind: 'answered', value }),
    (error: unknown) => toOutcome(name, error),
  )
  return Promise.race([answer, late]).finally(cancel)
}

const toUnanswered = (name: string, cause: string) => ({
  kind: 'unanswered' as const,
  fault: toSentence('SENSOR_AWS_UNANSWERED', name, cause),
})

/** Before anything was sent: nothing to sign it with, no address for the name, nobody at the address, no way there. */
const neverSent: readonly string[] = [
  'CredentialsProviderError',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
]

/** Only an answer of the service itself says that nothing was done; one of its own faults (5xx) does not. */
function toOutcome(call: string, error: unknown): Outcome<never> {
  if (!(error instanceof Error)) return toUnanswered(call, String(error))
  const { name, message } = error
  const cause = message === '' || message === name ? name : `${name}: ${message}`
  const status = toHttpStatus(error)
  const unanswered = toUnanswered(call, cause)
  if (status === undefined && isNeverSent(error)) return { kind: 'failed', name, message, fault: unanswered.fault }
  if (status === undefined || status >= 500) return unanswered
  return { kind: 'failed', name, message, fault: toSentence('SENSOR_AWS_REFUSED', call, cause) }
}

const isNeverSent = (error: Error): boolean =>
  neverSent.some((each) => each === error.name || ('code' in error && each === error.code))

/** Of an exception of the AWS clients: absent when no answer came. */
function toHttpStatus(error: object): number | undefined {
  const metadata = '$metadata' in error ? error.$metadata : undefined
  const isAnswer = typeof metadata === 'object' && metadata !== null && 'httpStatusCode' in metadata
  return isAnswer && typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined
}
