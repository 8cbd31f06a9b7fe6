import { rmSync } from 'node:fs'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'

/**
 * The way from the host to what listens inside a network namespace: an HTTP proxy (absolute-form requests, RFC 9112 3.2.2)
 * on a Unix socket, which is a file and so belongs to no network namespace. It runs inside and can reach what its namespace can.
 *
 *   main.ts SOCKET
 *
 * Says "ready" to its parent when it listens, and ends with it.
 */
const [socketPath] = process.argv.slice(2)
if (socketPath === undefined) {
  process.stderr.write('got no argument, allowed is the path of a Unix socket\n')
  process.exit(2)
}

function passOn(incoming: IncomingMessage, answer: ServerResponse): void {
  const url = URL.parse(incoming.url ?? '')
  if (url?.protocol !== 'http:') {
    refuse(answer, 400, `got "${incoming.url}", allowed is http://address:port/path`)
    return
  }
  const { method = 'GET', headers } = incoming
  const outgoing = request(url, { method, headers, agent: false }, (response) => {
    answer.writeHead(response.statusCode ?? 502, response.headers)
    // Cut off on one side is cut off on the other: an end would look like a whole answer.
    response.on('error', () => answer.destroy()).pipe(answer)
  })
  outgoing.on('error', (error) => refuse(answer, 502, `${url.host} does not answer: ${error.message}`))
  answer.on('close', () => outgoing.destroy())
  incoming.on('error', () => outgoing.destroy()).pipe(outgoing)
}

function refuse(answer: ServerResponse, statusCode: number, why: string): void {
  if (answer.headersSent) answer.destroy()
  else answer.writeHead(statusCode, { 'content-type': 'text/plain' }).end(`${why}\n`)
}

// One that was killed has left its socket behind.
rmSync(socketPath, { force: true })
createServer(passOn).listen(socketPath, () => process.send?.('ready'))
process.on('disconnect', () => process.exit(0))
