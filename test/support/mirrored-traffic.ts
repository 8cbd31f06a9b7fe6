/**
 * A program that is one end of the real traffic of a mirror test. Standard library only, so that what the wire shows is
 * the kernel's TCP and UDP.
 *
 *   mirrored-traffic.ts serve <address>
 *   mirrored-traffic.ts ask <address of the server> <HTTP requests> <datagrams>
 *
 * `serve` listens for HTTP on 80, echoes UDP on 53 and 9000, and prints one line when it does. `ask` prints what came back.
 */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, get } from 'node:http'

const [role = '', address = '', requests = '0', datagrams = '0'] = process.argv.slice(2)
const PORTS = [53, 9000]

async function serve(): Promise<void> {
  const server = createServer((request, response) => response.end((request.url ?? '').repeat(2000)))
  server.listen(80, address)
  await once(server, 'listening')
  for (const port of PORTS) {
    const socket = createSocket('udp4', (message, from) => socket.send(message, from.port, from.address))
    socket.bind(port, address)
    await once(socket, 'listening')
  }
  process.stdout.write('serving\n')
}

function askHttp(index: number): Promise<number> {
  return new Promise((resolve, reject) => {
    get({ host: address, path: `/${index}`, agent: false }, (response) => {
      response.resume()
      response.on('end', () => resolve(response.statusCode ?? 0))
    }).on('error', reject)
  })
}

async function askUdp(port: number, count: number): Promise<number> {
  let echoed = 0
  for (let index = 0; index < count; index++) {
    const socket = createSocket('udp4')
    socket.send(`datagram ${index}`, port, address)
    await once(socket, 'message', { signal: AbortSignal.timeout(5000) })
    echoed++
    socket.close()
  }
  return echoed
}

if (role === 'serve') await serve()
else {
  const answers: number[] = []
  for (let index = 0; index < Number(requests); index++) answers.push(await askHttp(index))
  const echoed = await Promise.all(PORTS.map((port) => askUdp(port, Number(datagrams))))
  const ok = answers.filter((status) => status === 200).length
  process.stdout.write(`${JSON.stringify({ http: ok, udp: echoed })}\n`)
}
