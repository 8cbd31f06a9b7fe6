import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'

/**
 * Sends datagrams to a sensor's VXLAN port, as a program of its own: `datagram-sender.ts <address> <file>`. The file holds
 * one a line, the source port and the payload in hex, and at most 20,000 of them. To 198.18.0.0/15 only.
 */
const [, , address = '', file = ''] = process.argv
const lines = readFileSync(file, 'utf8')
  .split('\n')
  .filter((line) => line !== '')
if (!/^198\.1[89]\./.test(address) || lines.length > 20_000) {
  throw new Error(`refusing ${lines.length} datagrams to ${address}: allowed are 20000 to 198.18.0.0/15`)
}

const sockets = new Map(lines.map((line) => [Number(line.split(' ')[0]), createSocket('udp4')]))
for (const [port, socket] of sockets) {
  socket.bind(port)
  await once(socket, 'listening')
}
for (const line of lines) {
  const [port, payload = ''] = line.split(' ')
  await new Promise<void>((resolve, reject) =>
    sockets
      .get(Number(port))
      ?.send(Buffer.from(payload, 'hex'), 4789, address, (error) => (error ? reject(error) : resolve())),
  )
}
for (const socket of sockets.values()) socket.close()
