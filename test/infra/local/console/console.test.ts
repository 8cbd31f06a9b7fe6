import { once } from 'node:events'
import { type IncomingMessage, type RequestOptions, request } from 'node:http'
import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type Console, startConsole } from '../../../../infra/local/console/console.ts'
import { demonstrationActions } from '../../../../infra/local/console/messages.ts'
import type { PageFiles } from '../../../../infra/local/console/page-file.ts'
import { readPageFiles } from '../../../../infra/local/console/page-files.ts'
import type { ConsoleSource, EveLine } from '../../../../infra/local/console/source.ts'
import { readingAt, sensorReading } from '../../../support/console-reading.ts'

const stub: PageFiles = new Map([['/', { type: 'text/html; charset=utf-8', body: Buffer.from('<!doctype html>') }]])
const consoles: Console[] = []
afterEach(async () => {
  for (const one of consoles.splice(0)) await one.stop()
})

/** A fleet of one sensor that is read ten times a second. */
const scripted = (parts: Partial<ConsoleSource> = {}): ConsoleSource => ({
  fleet: 'web',
  region: 'this machine',
  detectionSeconds: 12,
  windowSeconds: 1,
  intervalSeconds: 0.1,
  read: async () => readingAt(Date.now(), { sensors: [sensorReading('sensor-1')] }),
  readEve: async () => [],
  toMirror: () => null,
  demonstration: null,
  ...parts,
})

async function start(
  source: ConsoleSource,
  port = 0,
  onFault: (sentence: string) => void = () => undefined,
  page: PageFiles = stub,
) {
  const made = await startConsole({ source, port, page, nowMilliseconds: Date.now, onFault })
  consoles.push(made)
  return made
}

const portOf = ({ url }: Console): number => Number(new URL(url).port)

/** With any header, which fetch does not allow. */
async function ask({ url }: Console, path: string, options: RequestOptions = {}, body = '') {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request(`${url}${path}`, { agent: false, ...options }, resolve)
      .on('error', reject)
      .end(body)
  })
  let text = ''
  for await (const chunk of response) text += chunk
  return { status: response.statusCode, headers: response.headers, text }
}

/** Reads a stream until it has said so much. */
async function listen({ url }: Console, isEnough: (text: string) => boolean): Promise<string> {
  const response = await fetch(`${url}/api/stream`)
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true })
    if (isEnough(text)) return text
  }
  return text
}
const views = (text: string): number => text.split('event: view').length - 1

describe('the page', () => {
  it('comes with headers under which nothing of anybody else runs in it', async () => {
    const { status, headers, text } = await ask(await start(scripted()), '/?host=a')
    expect([status, text, headers['content-type']]).toEqual([200, '<!doctype html>', 'text/html; charset=utf-8'])
    const policy = headers['content-security-policy'] ?? ''
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'")
    expect(policy).not.toMatch(/unsafe|\*|data:/)
    expect(policy).toContain("require-trusted-types-for 'script'")
    expect(headers['x-content-type-options']).toBe('nosniff')
  })

  it('is four files of the right types, all under the same policy', async () => {
    const made = await start(scripted(), 0, () => undefined, await readPageFiles())
    const policy = (await ask(made, '/')).headers['content-security-policy']
    for (const [path, type] of [
      ['/', 'text/html; charset=utf-8'],
      ['/page.js', 'text/javascript; charset=utf-8'],
      ['/page.css', 'text/css; charset=utf-8'],
      ['/icon.svg', 'image/svg+xml'],
    ] as const) {
      const { status, headers, text } = await ask(made, path)
      expect([path, status, headers['content-type']]).toEqual([path, 200, type])
      expect(headers['content-security-policy']).toBe(policy)
      expect(text.length).toBeGreaterThan(100)
    }
  })

  it.each(['HEAD', 'PUT', 'OPTIONS', 'DELETE', 'PATCH', 'TRACE'])('has no %s, whoever asks', async (method) => {
    const made = await start(scripted())
    for (const origin of [{}, { origin: made.url }, { origin: 'http://evil.example' }]) {
      const { status, headers } = await ask(made, '/', { method, headers: { ...origin } })
      expect([status, headers.allow, headers['access-control-allow-origin']]).toEqual([405, 'GET, POST', undefined])
    }
  })

  it('keeps its headers also where it refuses', async () => {
    const made = await start(scripted())
    const policy = (await ask(made, '/')).headers['content-security-policy']
    for (const [path, host, expected] of [
      ['/%', {}, 400],
      ['/nothing', {}, 404],
      ['/api/events', { host: 'evil.example' }, 421],
      ['/api/stream', { host: 'evil.example' }, 421],
    ] as const) {
      const { status, headers, text } = await ask(made, path, { headers: { ...host } })
      expect([path, status, headers['content-security-policy']]).toEqual([path, expected, policy])
      expect(JSON.parse(text)).toEqual({ error: expect.stringMatching(/\S \S/) })
    }
  })

  it.each([
    ['script', { origin: 'http://evil.example' }],
    ['script at another port of this machine', { origin: 'http://127.0.0.1:1' }],
    ['picture', { 'sec-fetch-site': 'cross-site' }],
    ['picture at another port of this machine', { 'sec-fetch-site': 'same-site' }],
  ])('has no answer for another site’s %s', async (_, headers) => {
    const made = await start(scripted())
    for (const path of ['/api/stream', '/api/events']) expect((await ask(made, path, { headers })).status).toBe(403)
  })

  it('may be linked to from elsewhere', async () => {
    expect((await ask(await start(scripted()), '/', { headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(200)
  })

  it.each([
    ['a name that was pointed at the loopback', { headers: { host: 'evil.example' } }, 421],
    ['another port', { headers: { host: '127.0.0.1:1' } }, 421],
    ['another path', { path: '/etc/passwd' }, 404],
  ])('is not given for %s', async (_, { path = '/', ...options }: RequestOptions, expected) => {
    expect((await ask(await start(scripted()), path ?? '/', options)).status).toBe(expected)
  })

  it('is at the loopback’s one address only', async () => {
    const port = portOf(await start(scripted()))
    const others = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
    const own = others.filter(({ internal, family }) => !internal && family === 'IPv4').map(({ address }) => address)
    for (const host of ['127.0.0.2', ...own]) {
      const [error] = await once(connect({ host, port }), 'error')
      expect(error).toMatchObject({ code: 'ECONNREFUSED', address: host })
    }
  })
})

describe('the stream', () => {
  it('begins with the history, and goes on with a view for each reading', async () => {
    const text = await listen(await start(scripted()), (said) => views(said) >= 3)
    expect(text).toMatch(/^retry: 1000\n\nevent: history\ndata: \[/)
    expect(text).toContain('"id":"sensor-1"')
  })

  it('outlives a reading that fails, which is told once until one succeeds', async () => {
    const faults: string[] = []
    let readings = 0
    const read = async () => {
      if (readings++ % 5 > 0 && readings < 10) throw new Error('no such fleet')
      return readingAt(Date.now())
    }
    const made = await start(scripted({ read }), 0, (fault) => faults.push(fault))
    await listen(made, (said) => views(said) >= 4)
    expect(faults).toEqual(['no such fleet', 'no such fleet'])
  })

  it('says that events cannot be read, and goes on without them', async () => {
    const readEve: ConsoleSource['readEve'] = async (onFault) => {
      onFault('the disk is gone')
      return []
    }
    const text = await listen(await start(scripted({ readEve })), (said) => views(said) >= 2)
    expect(text).toContain('"faults":["events: the disk is gone"]')
  })

  it('is there at once on the same port after a restart, also with pages open', async () => {
    const first = await start(scripted())
    const open = listen(first, () => false).catch(() => 'cut off')
    await vi.waitFor(async () => expect(views(await listen(first, (said) => views(said) > 0))).toBe(1))
    await first.stop()
    await open
    const second = await start(scripted(), portOf(first))
    expect(await listen(second, (said) => views(said) >= 1)).toContain('event: history')
  })

  it('ends at once when the console is stopped, and so does all else that is open', async () => {
    const made = await start(scripted())
    const port = portOf(made)
    const host = `Host: 127.0.0.1:${port}\r\n`
    const sockets = [
      `GET /api/stream HTTP/1.1\r\n${host}\r\n`,
      `GET /api/stream HTTP/1.1\r\n${host}\r\n`,
      // One that is kept alive, and one that stops in the middle of its request.
      `GET / HTTP/1.1\r\n${host}\r\n`,
      `POST /api/events HTTP/1.1\r\n${host}Content-Length: 9\r\n\r\n{`,
    ].map((text) => {
      const socket = connect({ host: '127.0.0.1', port })
      socket.write(text)
      return socket
    })
    await Promise.all(sockets.map((socket) => once(socket, 'data')))
    for (const socket of sockets) socket.on('error', () => undefined)
    const closed = Promise.all(sockets.map((socket) => once(socket, 'close')))
    // Else the test's own deadline passes: the request's is later.
    await made.stop()
    await closed
  })

  it('has room for twenty pages, and again for one when one goes', async () => {
    const made = await start(scripted())
    const ends = Array.from({ length: 20 }, () => new AbortController())
    await Promise.all(ends.map(({ signal }) => fetch(`${made.url}/api/stream`, { signal })))
    expect((await ask(made, '/api/stream')).status).toBe(503)
    ends[0]?.abort()
    await vi.waitFor(async () => expect(await listen(made, (said) => views(said) > 0)).toContain('history'), 10_000)
    for (const end of ends) end.abort()
  })

  it('cuts off who does not read, instead of keeping everything for him', async () => {
    const summary = 'x'.repeat(1 << 20)
    const alert = { name: 'loss', severity: 'warning', summary, description: '', sinceMilliseconds: 0 }
    const alerts = { isRead: true, isWatched: true, firing: [alert] } as const
    const made = await start(scripted({ read: async () => readingAt(Date.now(), { alerts }) }))
    const socket = connect({ host: '127.0.0.1', port: portOf(made) })
    await once(socket, 'connect')
    socket.pause().write(`GET /api/stream HTTP/1.1\r\nHost: 127.0.0.1:${portOf(made)}\r\n\r\n`)
    // Twenty more are only let in once the silent one has gone.
    const ends = Array.from({ length: 19 }, () => new AbortController())
    await Promise.all(ends.map(({ signal }) => fetch(`${made.url}/api/stream`, { signal })))
    await vi.waitFor(async () => expect(await listen(made, (said) => views(said) > 0)).toContain('history'), 30_000)
    for (const end of ends) end.abort()
    socket.destroy()
  }, 60_000)
})

it('a port that is taken is told with what to do', async () => {
  const port = portOf(await start(scripted()))
  await expect(start(scripted(), port)).rejects.toThrow(
    `port ${port} (EADDRINUSE): another program listens there; choose`,
  )
})

describe('the events', () => {
  const line: EveLine = {
    sensor: 'sensor-1',
    text: JSON.stringify({
      ...{ timestamp: '2026-11-26T08:27:56+0000', event_type: 'tls', tls: { sni: 'a.test' } },
      ...{ src_ip: '198.18.0.11', src_port: 1, dest_ip: '198.19.0.80', dest_port: 443 },
    }),
  }

  it('are found by what the query asks for', async () => {
    let lines: readonly EveLine[] = [line, { sensor: 'sensor-1', text: 'no event' }]
    const readEve = async () => {
      const now = lines
      lines = []
      return now
    }
    const made = await start(scripted({ readEve }))
    await listen(made, (said) => said.includes('"events":1,'))
    expect(JSON.parse((await ask(made, '/api/events?host=A.T')).text)).toMatchObject({ matched: 1, kept: 1 })
    expect(JSON.parse((await ask(made, '/api/events?protocol=dns')).text)).toEqual({ events: [], matched: 0, kept: 1 })
  })

  it('are refused with all that is wrong with the query', async () => {
    const { status, text } = await ask(await start(scripted()), '/api/events?vni=x&protocol=y')
    expect(status).toBe(400)
    expect(text).toMatch(/vni: got \\"x\\".*protocol: got \\"y\\"/)
  })

  it('are not there where they cannot be read', async () => {
    const made = await start(scripted({ readEve: null }))
    expect((await ask(made, '/api/events')).status).toBe(404)
    expect(await listen(made, (said) => views(said) > 0)).toContain('"events":null')
  })
})

describe('the demonstration', () => {
  const begun: string[] = []
  const demonstration = {
    view: () => ({ loadSecondsLeft: null, underWay: [], failure: null, maySensorsBeAdded: true }),
    begin: (action: string, sensor: string | null) => {
      begun.push(`${action} ${sensor}`)
      return action === 'add-load' ? 'load is being sent already' : null
    },
  }
  const json = { 'content-type': 'application/json' }

  async function post(made: Console, action: string, headers: Record<string, string>, body: string) {
    begun.length = 0
    return await ask(made, `/api/demonstration/${action}`, { method: 'POST', headers }, body)
  }

  it('begins what the page asks for, or says why not now', async () => {
    const made = await start(scripted({ demonstration }))
    const own = { ...json, origin: made.url }
    expect((await post(made, 'stop-sensor', own, '{"sensor":"sensor-1"}')).status).toBe(202)
    expect(begun).toEqual(['stop-sensor sensor-1'])
    const refused = await post(made, 'add-load', own, '{}')
    expect([refused.status, JSON.parse(refused.text)]).toEqual([409, { error: 'load is being sent already' }])
  })

  const own = (url: string) => ({ origin: url })
  it.each([
    ['another site', () => ({ origin: 'http://evil.example' }), json, '{}', 403],
    ['no site', () => ({}), json, '{}', 403],
    ['a form', own, { 'content-type': 'text/plain' }, '{}', 415],
    ['something else than it takes', own, json, '{"sensor":1}', 400],
    ['what is no JSON', own, json, '{', 400],
    ['more than it needs', own, json, `{"sensor":"${'a'.repeat(2000)}"}`, 413],
  ])('begins nothing for %s', async (_, toOrigin, type, body, expected) => {
    const made = await start(scripted({ demonstration }))
    const { status, text } = await post(made, 'add-sensor', { ...type, ...toOrigin(made.url) }, body)
    expect([status, begun]).toEqual([expected, []])
    if (status !== 400) expect(JSON.parse(text)).toEqual({ error: expect.stringMatching(/allowed (is|are)/) })
  })

  it('knows no other action', async () => {
    const made = await start(scripted({ demonstration }))
    const { status } = await post(made, 'remove-all', { ...json, origin: made.url }, '{}')
    expect([status, begun]).toEqual([404, []])
  })

  it('takes the origin that it was asked under, and no other', async () => {
    const made = await start(scripted({ demonstration }))
    const local = { ...json, host: `localhost:${portOf(made)}` }
    for (const [origin, expected] of [
      [`http://localhost:${portOf(made)}`, 202],
      [made.url, 403],
      ['null', 403],
      [`https://localhost:${portOf(made)}`, 403],
    ] as const) {
      expect([origin, (await post(made, 'add-sensor', { ...local, origin }, '{}')).status]).toEqual([origin, expected])
    }
  })

  it('is not there for a fleet that may only be looked at', async () => {
    const made = await start(scripted())
    for (const action of demonstrationActions) {
      expect((await post(made, action, { ...json, origin: made.url }, '{}')).status).toBe(404)
    }
  })
})
