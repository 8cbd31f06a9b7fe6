import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http'
import { isForeignOrigin, isForeignSite } from '../asking-site.ts'
import { toFreePort } from './loopback-port.ts'

export interface LoopbackDoorOptions {
  /** Of the namespace's proxy. */
  readonly socketPath: string
  /** What is behind the door, as seen from inside the namespace: `http://127.0.0.1:9090`. */
  readonly origin: string
  /** The port of this machine's loopback that is tried first; any, where it is taken. */
  readonly port: number
}

export interface LoopbackDoor {
  readonly url: string
  readonly stop: () => Promise<void>
}

/** A server inside a namespace at an address of the host's loopback, for a browser or a Grafana of this machine. */
export async function openLoopbackDoor({ socketPath, origin, port }: LoopbackDoorOptions): Promise<LoopbackDoor> {
  const server = createServer((incoming, answer) => {
    // A page of some other site whose name was pointed at this address (DNS rebinding) says its own name here.
    if (!isLoopback(incoming)) return answer.writeHead(421).end('Host: allowed is 127.0.0.1 or localhost\n')
    // One that asks this address says whose it is, and Prometheus would let every site read its answers (--web.cors.origin).
    if (isOfAnotherSite(incoming)) return answer.writeHead(403).end(`${allowedSites}\n`)
    passOn(incoming, answer, socketPath, origin)
  })
  const url = await listen(server, await toFreePort(port))
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return { url, stop }
}

function listen(server: Server, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: '127.0.0.1', port }, () => {
      const address = server.address()
      resolve(`http://127.0.0.1:${typeof address === 'object' ? address?.port : port}`)
    })
  })
}

const isLoopback = ({ headers }: IncomingMessage): boolean =>
  /^(?:127\.0\.0\.1|localhost)(?::\d+)?$/.test(headers.host ?? '')

const allowedSites = 'Origin: allowed is the address asked, or none; Sec-Fetch-Site: allowed is same-origin, or none'

/** A link from elsewhere, which a person follows, is no harm. */
const isOfAnotherSite = ({ headers }: IncomingMessage): boolean =>
  isForeignOrigin(headers) || (headers['sec-fetch-mode'] !== 'navigate' && isForeignSite(headers))

function passOn(incoming: IncomingMessage, answer: ServerResponse, socketPath: string, origin: string): void {
  const { method = 'GET', headers, url = '/' } = incoming
  const outgoing = request({ socketPath, path: `${origin}${url}`, method, headers, agent: false }, (response) => {
    answer.writeHead(response.statusCode ?? 502, response.headers)
    response.on('error', () => answer.destroy()).pipe(answer)
  })
  outgoing.on('error', (error) => {
    if (answer.headersSent) answer.destroy()
    else answer.writeHead(502).end(`the region does not answer: ${error.message}\n`)
  })
  answer.on('close', () => outgoing.destroy())
  incoming.on('error', () => outgoing.destroy()).pipe(outgoing)
}
