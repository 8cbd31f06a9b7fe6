import { createServer } from 'node:http'

/**
 * A sensor's /readyz that a test can switch, as a program of its own: `readiness-server.ts <address> <port>`. It says
 * 'listening' over IPC, and takes the status code to answer from then on; 0 is no answer at all. It ends with its parent.
 */
const [, , address, port] = process.argv
let statusCode = 503

const server = createServer((request, response) => {
  if (statusCode === 0) return
  response.writeHead(request.url === '/readyz' ? statusCode : 404).end()
})
process.on('message', (message) => {
  if (typeof message === 'number') statusCode = message
  process.send?.('switched')
})
process.on('disconnect', () => process.exit(0))
server.listen(Number(port), address, () => process.send?.('listening'))
