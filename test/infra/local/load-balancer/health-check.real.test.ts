import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { createServer, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { type ProbeEvent, probe, probeOnSchedule } from '../../../../infra/local/load-balancer/health-check.ts'

const servers: Server[] = []
const sockets = new Set<Socket>()

async function listen(server: Server): Promise<{ address: string; healthPort: number }> {
  servers.push(server)
  server.on('connection', (socket: Socket) => sockets.add(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const bound = server.address()
  if (bound === null || typeof bound === 'string') throw new Error(`not a TCP port: ${bound}`)
  return { address: '127.0.0.1', healthPort: bound.port }
}
const serveHttp = (listener: RequestListener) => listen(createHttpServer(listener))
const serveBytes = (onSocket: (socket: Socket) => void) => listen(createServer(onSocket))

afterEach(async () => {
  for (const socket of sockets) socket.destroy()
  sockets.clear()
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve))
})

const failed = (reason: string) => ({ type: 'probe-failed', reason })

describe('probe', () => {
  it.each([200, 204, 299, 301, 399])('passes on %i', async (statusCode) => {
    const target = await serveHttp((_request, response) => response.writeHead(statusCode).end())
    expect(await probe(target, 2)).toEqual({ type: 'probe-passed' })
  })

  it.each([400, 404, 500, 503])('fails with a code mismatch on %i', async (statusCode) => {
    const target = await serveHttp((_request, response) => response.writeHead(statusCode).end('x'.repeat(10_000)))
    expect(await probe(target, 2)).toEqual(failed('Target.ResponseCodeMismatch'))
  })

  it('asks GET /readyz on a new connection each time', async () => {
    const asked: unknown[] = []
    const target = await serveHttp((request, response) => {
      asked.push([request.method, request.url, request.headers.connection, request.socket.remotePort])
      response.end()
    })
    await probe(target, 2)
    await probe(target, 2)
    expect(asked).toEqual([
      ['GET', '/readyz', 'close', expect.any(Number)],
      ['GET', '/readyz', 'close', expect.any(Number)],
    ])
    expect(sockets.size).toBe(2)
  })

  it('fails with a timeout when nothing comes back', async () => {
    const target = await serveHttp(() => undefined)
    expect(await probe(target, 0.2)).toEqual(failed('Target.Timeout'))
  })

  it('fails with a timeout when the answer drips in without end', async () => {
    const target = await serveBytes((socket) => {
      const drip = setInterval(() => socket.write('H'), 20)
      socket.on('error', () => undefined).on('close', () => clearInterval(drip))
      socket.write('HTTP/1.1 200 OK\r\nX: ')
    })
    expect(await probe(target, 0.3)).toEqual(failed('Target.Timeout'))
  })

  it('cuts off a body without end at the timeout', async () => {
    const closed = Promise.withResolvers<void>()
    const target = await serveHttp((_request, response) => {
      const pour = setInterval(() => response.write('x'), 20)
      response.on('close', () => {
        clearInterval(pour)
        closed.resolve()
      })
    })
    expect(await probe(target, 0.3)).toEqual({ type: 'probe-passed' })
    await closed.promise
  })

  it('fails when the connection is refused', async () => {
    const target = await serveHttp(() => undefined)
    await new Promise((resolve) => servers.pop()?.close(resolve))
    expect(await probe(target, 2)).toEqual(failed('Target.FailedHealthChecks'))
  })

  it.each([
    ['hangs up', (socket: Socket) => socket.destroy()],
    ['resets', (socket: Socket) => socket.resetAndDestroy()],
    ['speaks something else', (socket: Socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n')],
    ['floods the header', (socket: Socket) => socket.end(`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`)],
  ])('fails when the target %s', async (_what, onSocket) => {
    const target = await serveBytes((socket) => onSocket(socket.on('error', () => undefined)))
    expect(await probe(target, 2)).toEqual(failed('Target.FailedHealthChecks'))
  })
})

describe('probeOnSchedule', () => {
  it('probes at once and then by the interval, until told to end', async () => {
    let asked = 0
    const address = await serveHttp((_request, response) => {
      asked++
      response.end()
    })
    const ending = new AbortController()
    const events: ProbeEvent[] = []
    const startedAt = performance.now()
    await probeOnSchedule(
      { id: 'sensor-1', zone: 'local-a', ...address },
      {
        intervalSeconds: 0.1,
        timeoutSeconds: 1,
        signal: ending.signal,
        onEvent: (event) => {
          events.push(event)
          if (events.length === 5) ending.abort()
        },
      },
    )
    expect(asked).toBe(5)
    expect(events.every(({ type }) => type === 'probe-passed')).toBe(true)
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(390)
  })
})
