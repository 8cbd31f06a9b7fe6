import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Sends UDP flows, as a program of its own: `flow-sender.ts <address> <first port> <ports> <rounds> <pause ms>`. Each round
 * sends one datagram from each source port. At most 256 ports and 1000 rounds, to addresses of 198.18.0.0/15 only.
 */
const [, , address = '', ...numbers] = process.argv
const [firstPort = 0, ports = 0, rounds = 0, pauseMilliseconds = 0] = numbers.map(Number)
if (!/^198\.1[89]\./.test(address) || ports > 256 || rounds > 1000) {
  throw new Error(`refusing ${process.argv.slice(2).join(' ')}: allowed are 198.18.0.0/15, 256 ports, 1000 rounds`)
}

async function openSocket(port: number): Promise<Socket> {
  const socket = createSocket('udp4')
  socket.bind(port)
  await once(socket, 'listening')
  return socket
}
const send = (socket: Socket) =>
  new Promise<void>((resolve, reject) =>
    socket.send('mirror', 4789, address, (error) => (error ? reject(error) : resolve())),
  )

const sockets = await Promise.all(Array.from({ length: ports }, (_, index) => openSocket(firstPort + index)))
for (let round = 0; round < rounds; round++) {
  for (const socket of sockets) await send(socket)
  await sleep(pauseMilliseconds)
}
for (const socket of sockets) socket.close()
