import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { connect } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { ViewMessage } from '../../../../infra/local/console/messages.ts'
import { ViewStreams } from '../../../../infra/local/console/view-streams.ts'
import { fleetView, historyPoint } from '../../../support/console-view.ts'
import { portOf } from '../../../support/listening-port.ts'

const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0)) close()
})

/** The view of a fleet with one fault, of which it is as long as that. */
const message = (atMilliseconds: number, fault = ''): ViewMessage => ({
  view: fleetView({ atMilliseconds, faults: [fault] }),
  point: historyPoint(atMilliseconds),
})

/** A server of nothing but the stream. */
async function serve(streams: ViewStreams) {
  const responses: ServerResponse[] = []
  const server = createServer((_request, response) => {
    response.writeHead(200)
    streams.add(response)
    responses.push(response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  closers.push(() => {
    server.close()
    server.closeAllConnections()
  })
  return { responses, port: portOf(server) }
}

/** One who reads: what it has been told so far, and whether the stream has ended. */
async function open(port: number) {
  const heard = { text: '', isEnded: false }
  const socket = connect({ host: '127.0.0.1', port })
  closers.push(() => socket.destroy())
  socket.setEncoding('utf8').on('data', (text: string) => {
    heard.text += text
  })
  socket
    .on('error', () => undefined)
    .on('close', () => {
      heard.isEnded = true
    })
  socket.write('GET / HTTP/1.0\r\n\r\n')
  await vi.waitFor(() => expect(heard.text).toContain('event: history'))
  return { heard, socket }
}
const eventsOf = (text: string): string[] => [...text.matchAll(/^event: (\w+)$/gm)].map(([, name = '']) => name)

describe('ViewStreams', () => {
  it('tells the history, then the last view, then each that comes', async () => {
    const last = message(1000)
    const streams = new ViewStreams(() => ({ history: [last.point], last }))
    const { heard } = await open((await serve(streams)).port)
    streams.send(message(2000))
    await vi.waitFor(() => expect(eventsOf(heard.text)).toEqual(['history', 'view', 'view']))
    const data = [...heard.text.matchAll(/^data: (.*)$/gm)].map(([, json = '']): unknown => JSON.parse(json))
    expect(data).toEqual([[last.point], last, message(2000)])
  })

  it('tells no view before there is one', async () => {
    const streams = new ViewStreams(() => ({ history: [], last: null }))
    const { heard } = await open((await serve(streams)).port)
    streams.send(message(1000))
    await vi.waitFor(() => expect(heard.text).toContain('event: view'))
    expect(eventsOf(heard.text)).toEqual(['history', 'view'])
  })

  it('keeps a text with line breaks in one line of data, so that it cannot pass for another event', async () => {
    const fault = 'a\n\nevent: view\r\ndata: {}\u2028b'
    const streams = new ViewStreams(() => ({ history: [], last: message(1, fault) }))
    const { heard } = await open((await serve(streams)).port)
    await vi.waitFor(() => expect(heard.text).toContain('\u2028b'))
    expect(eventsOf(heard.text)).toEqual(['history', 'view'])
  })

  it('is full with twenty, and no longer when one has gone', async () => {
    const streams = new ViewStreams(() => ({ history: [], last: null }))
    const { port } = await serve(streams)
    const first = await open(port)
    for (let opened = 1; opened < 20; opened++) {
      expect(streams.isFull).toBe(false)
      await open(port)
    }
    expect(streams.isFull).toBe(true)
    first.socket.destroy()
    await vi.waitFor(() => expect(streams.isFull).toBe(false))
  })

  it('cuts off who does not read, and nobody else', async () => {
    const streams = new ViewStreams(() => ({ history: [], last: null }))
    const { port, responses } = await serve(streams)
    const slow = await open(port)
    slow.socket.pause()
    const reader = await open(port)
    const [slowResponse] = responses
    const large = 'x'.repeat(1 << 20)
    for (let sent = 1; sent <= 64 && slowResponse?.destroyed === false; sent++) {
      streams.send(message(sent, large))
      await vi.waitFor(() => expect(eventsOf(reader.heard.text)).toHaveLength(1 + sent), 5000)
    }
    expect(slowResponse?.destroyed).toBe(true)
    expect(reader.heard.isEnded).toBe(false)
  }, 30_000)

  it('keeps who is long in getting a long history', async () => {
    const point = historyPoint(1)
    // 9 MiB, as 500 sensors have them in a quarter of an hour.
    const history = Array.from({ length: Math.ceil((9 << 20) / JSON.stringify(point).length) }, () => point)
    const streams = new ViewStreams(() => ({ history, last: null }))
    const { port, responses } = await serve(streams)
    const socket = connect({ host: '127.0.0.1', port }).pause()
    closers.push(() => socket.destroy())
    socket.write('GET / HTTP/1.0\r\n\r\n')
    await vi.waitFor(() => expect(responses).toHaveLength(1))
    for (let sent = 1; sent <= 3; sent++) streams.send(message(sent))
    let text = ''
    socket.setEncoding('utf8').on('data', (part: string) => {
      text += part
    })
    socket.resume()
    await vi.waitFor(() => expect(eventsOf(text.slice(-100_000))).toEqual(['view', 'view', 'view']), 20_000)
    expect(text.length).toBeGreaterThan(9 << 20)
  }, 30_000)

  it('ends them all', async () => {
    const streams = new ViewStreams(() => ({ history: [], last: null }))
    const { port } = await serve(streams)
    const pages = [await open(port), await open(port)]
    streams.end()
    await vi.waitFor(() => expect(pages.map(({ heard }) => heard.isEnded)).toEqual([true, true]))
  })
})
