import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { portOf } from '../listening-port.ts'

/** How the service behaves, besides well. */
export type MetadataFault =
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'silence' }
  /** Every token that it gives is this one. */
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'late'; readonly seconds: number }

export interface InstanceMetadata {
  readonly endpoint: string
  /** Every request so far, as `PUT /latest/api/token 200`. */
  readonly requests: readonly string[]
  /** What target-lifecycle-state says; null is 404, as before Auto Scaling has said anything. */
  readonly setTargetState: (state: string | null) => void
  /** Tokens that were given are no longer taken. */
  readonly forgetTokens: () => void
  /** Every request meets it, until null is given. */
  readonly fault: (fault: MetadataFault | null) => void
  readonly close: () => Promise<void>
}

/**
 * The instance metadata service, version 2 only: a session token by PUT with its lifetime, 401 without one.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html
 */
export async function startInstanceMetadata(host = '127.0.0.1', port = 0): Promise<InstanceMetadata> {
  const requests: string[] = []
  const tokens = new Set<string>()
  let targetState: string | null = null
  let fault: MetadataFault | null = null

  const toReply = (request: IncomingMessage): { status: number; body: string } => {
    if (fault?.kind === 'status') return { status: fault.status, body: 'scripted by the test' }
    if (request.url === '/latest/api/token') {
      const seconds = Number(request.headers['x-aws-ec2-metadata-token-ttl-seconds'] ?? Number.NaN)
      if (request.method !== 'PUT') return { status: 405, body: '' }
      if (!(seconds >= 1 && seconds <= 21_600)) return { status: 400, body: '' }
      const token = fault?.kind === 'token' ? fault.token : randomUUID()
      tokens.add(token)
      return { status: 200, body: token }
    }
    if (!tokens.has(String(request.headers['x-aws-ec2-metadata-token']))) return { status: 401, body: 'Unauthorized' }
    const isKnown = request.url === '/latest/meta-data/autoscaling/target-lifecycle-state' && targetState !== null
    return isKnown ? { status: 200, body: targetState ?? '' } : { status: 404, body: 'Not Found' }
  }

  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    request.resume()
    const { status, body } = toReply(request)
    requests.push(`${request.method} ${request.url} ${fault?.kind === 'silence' ? 'silence' : status}`)
    if (fault?.kind === 'silence') return
    const send = () => response.writeHead(status, { 'content-type': 'text/plain' }).end(body)
    if (fault?.kind === 'late') setTimeout(send, fault.seconds * 1000).unref()
    else send()
  })
  await new Promise<void>((resolve) => server.listen(port, host, resolve))
  return {
    endpoint: `http://${host}:${portOf(server)}`,
    requests,
    setTargetState: (state) => {
      targetState = state
    },
    forgetTokens: () => tokens.clear(),
    fault: (next) => {
      fault = next
    },
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
