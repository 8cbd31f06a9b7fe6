import { type IncomingMessage, request } from 'node:http'

export interface NamespaceRequest {
  /** Of the namespace's proxy. */
  readonly socketPath: string
  /** As seen from inside the namespace. */
  readonly url: string
  readonly deadlineSeconds: number
  /** A longer answer is refused. */
  readonly mostBytes: number
}

/**
 * The body of an answer with status 200 from inside a namespace.
 * @throws for any other answer, or none in time
 */
export async function getText({ socketPath, url, deadlineSeconds, mostBytes }: NamespaceRequest): Promise<string> {
  const signal = AbortSignal.timeout(deadlineSeconds * 1000)
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request({ socketPath, path: url, agent: false, signal }, resolve).on('error', reject).end()
  })
  const text = await readText(response, mostBytes)
  if (response.statusCode === 200) return text
  throw new Error(`${url} answered with HTTP ${response.statusCode}: ${text.trim().slice(0, 200)}`)
}

async function readText(response: IncomingMessage, mostBytes: number): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of response) {
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes > mostBytes) throw new Error(`the answer has more than ${mostBytes} bytes`)
  }
  return Buffer.concat(chunks).toString('utf8')
}
