import { get } from 'node:http'
import { connect } from 'node:net'
import { Check } from 'typebox/value'
import { afterEach, describe, expect, it } from 'vitest'
import type { Environment } from '../../../sensor-agent/config.ts'
import { toFunnel } from '../../../sensor-agent/sample/funnel.ts'
import { type AppOptions, buildApp, buildMetricsApp, limits } from '../../../sensor-agent/serve/app.ts'
import type { GroupStatus, Publication } from '../../../sensor-agent/serve/publication.ts'
import { Readiness } from '../../../sensor-agent/serve/readiness.ts'
import { serve } from '../../../sensor-agent/serve/server.ts'
import { Status } from '../../../sensor-agent/serve/status.ts'
import { type RuleFault, toRejection } from '../../../sensor-agent/suricata/rules-rejection.ts'
import { decodeExposition, decodeOpenMetrics } from '../../support/exposition.ts'
import { calmWindow, fullReading, identity, publication } from '../../support/publication.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

interface Given {
  readonly last?: Publication | undefined
  readonly now?: number
}

/** An app whose last publication and clock are plain data; publications of the fixture are of second 100. */
function app({ last, now = 101 }: Given, errors: string[] = []) {
  const built = buildApp(appOptions({}, last, now, errors))
  closing.push(async () => built.close())
  return built
}
const appOptions = (
  changed: Partial<Environment>,
  last: Publication | undefined,
  now = 101,
  errors: string[] = [],
): AppOptions => ({
  ...{ identity: identity(changed), published: () => last, clock: () => now, staleAfterSeconds: 15 },
  onError: (error, route) => errors.push(`${route} ${error.message}`),
})
const finding = { reason: 'suricata-wedged', status: 'unhealthy', observed: 6, limit: 5 } as const
const unhealthy = { ready: false, status: 'unhealthy', findings: [finding] } as const
const degraded = { ready: true, status: 'degraded', findings: [] } as const

describe('/livez', () => {
  it('answers 200 before the first sample and while the sensor is unhealthy', async () => {
    for (const last of [undefined, publication({ verdict: unhealthy })]) {
      const reply = await app({ last }).inject('/livez')
      expect([reply.statusCode, reply.json()]).toEqual([200, { live: true }])
    }
  })
})

describe('/readyz', () => {
  it.each([
    ['200 for a ready sensor', { last: publication() }, 200],
    ['200 for a degraded one: busy is not broken', { last: publication({ verdict: degraded }) }, 200],
    ['503 for an unhealthy one', { last: publication({ verdict: unhealthy }) }, 503],
    ['503 before the first verdict', {}, 503],
    ['200 while the verdict is recent', { last: publication(), now: 115 }, 200],
    ['503 when nobody has judged for too long', { last: publication(), now: 116 }, 503],
  ])('is %s', async (_, given, code) => {
    const reply = await app(given).inject('/readyz')
    expect(reply.statusCode).toBe(code)
    expect(Check(Readiness, reply.json())).toBe(true)
    expect(reply.json().ready).toBe(code === 200)
  })

  it('gives every finding with what was observed and the limit', async () => {
    const reply = await app({ last: publication({ verdict: unhealthy }) }).inject('/readyz')
    expect(reply.json()).toEqual(unhealthy)
  })

  it('says verdict-stale when the loop has stalled', async () => {
    const reply = await app({ last: publication({ verdict: unhealthy }), now: 200 }).inject('/readyz')
    const stale = { reason: 'verdict-stale', status: 'unhealthy', observed: 100, limit: 15 }
    expect(reply.json().findings).toEqual([finding, stale])
  })
})

describe('/status', () => {
  it('fits its schema before and after the first sample', async () => {
    for (const last of [undefined, publication()]) {
      const reply = await app({ last }).inject('/status')
      expect(reply.statusCode).toBe(200)
      expect(Check(Status, reply.json())).toBe(true)
    }
  })

  it('shows the whole window: a figure that is added there must be added here', async () => {
    const reply = await app({ last: publication() }).inject('/status')
    expect(reply.json().window).toEqual(calmWindow)
  })

  it('shows settings, engine, versions and ages', async () => {
    const reply = await app({ last: publication() }).inject('/status')
    expect(reply.json()).toMatchObject({
      id: 'i-0abc',
      zone: 'local',
      engine: {
        phase: 'running',
        pid: 4711,
        version: '7.0.10',
        uptimeSeconds: 60,
        restarts: 1,
        adoptions: 2,
        landlocked: true,
      },
      rules: { loaded: 3, failed: 0, inForce: null, rejectedFiles: 0, rejected: [], rejectedMore: 0 },
      ages: { verdictSeconds: 1, countersSeconds: 0.5, socketSilentSeconds: 0 },
      versions: { agent: '0.1.0', suricata: '7.0.10', node: '24.21.0' },
      settings: identity().environment,
    })
  })

  it('shows the funnel so far, in the order of the packets', async () => {
    const { funnel } = (await app({ last: publication() }).inject('/status')).json()
    expect(funnel).toContainEqual({ place: 'af-packet', packets: 1000, drops: 100 })
    expect(funnel.map(({ place }: { place: string }) => place)).toEqual(toFunnel(fullReading).map(({ place }) => place))
  })

  it('shows the place in the Auto Scaling group, and what cannot be asked about it', async () => {
    expect((await app({ last: publication() }).inject('/status')).json().group).toBeNull()
    const group: GroupStatus = {
      phase: 'draining',
      target: 'Terminated',
      phaseSeconds: 12,
      faults: [{ asked: 'target-health', fault: 'call DescribeTargetHealth was refused' }],
    }
    expect((await app({ last: publication({ group }) }).inject('/status')).json().group).toEqual(group)
  })

  it('names the sources that failed and why', async () => {
    const reading = {
      ...fullReading,
      ethtool: { ok: false, code: 'SENSOR_PROGRAM_FAILED', fault: 'no such device' },
    } as const
    const reply = await app({ last: publication({ reading }) }).inject('/status')
    expect(reply.json().sources).toEqual([{ source: 'ethtool', fault: 'no such device' }])
  })

  it('shows the rules that were refused, in bounds', async () => {
    const fault = { file: '/etc/a.rules', line: 7, message: `\u001b[2J${'x'.repeat(10_000)}` }
    const rejection = toRejection(Array<RuleFault>(5000).fill(fault), 'lastGood')
    const reply = await app({ last: publication({ rejection }) }).inject('/status')
    const { rules } = reply.json()
    expect(rules).toMatchObject({ inForce: 'lastGood', rejectedFiles: 1, rejectedMore: 4980 })
    expect(rules.rejected).toHaveLength(20)
    expect(rules.rejected[0]).toEqual(rejection.faults[0])
    expect(reply.body.length).toBeLessThan(20_000)
  })
})

describe('/metrics', () => {
  it('is Prometheus text that a strict reader takes', async () => {
    for (const last of [undefined, publication()]) {
      const reply = await app({ last }).inject('/metrics')
      expect(reply.statusCode).toBe(200)
      expect(reply.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8')
      expect(decodeExposition(reply.body).length).toBeGreaterThan(40)
    }
  })

  it('is OpenMetrics for a client that asks for it', async () => {
    const headers = { accept: 'application/openmetrics-text; version=1.0.0' }
    const reply = await app({ last: publication() }).inject({ url: '/metrics', headers })
    expect(reply.statusCode).toBe(200)
    expect(reply.headers['content-type']).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8')
    expect(decodeOpenMetrics(reply.body).length).toBeGreaterThan(40)
  })

  it('answers at the path of the settings, and only there', async () => {
    const options = appOptions({ SENSOR_METRICS_PATH: '/suricata' }, publication())
    for (const built of [buildApp(options), buildMetricsApp(options)]) {
      closing.push(async () => built.close())
      expect((await built.inject('/suricata')).statusCode).toBe(200)
      expect((await built.inject('/metrics')).json()).toEqual({ error: expect.stringContaining('/suricata') })
    }
  })

  it('is the only route of its own port', async () => {
    const built = buildMetricsApp(appOptions({}, publication()))
    closing.push(async () => built.close())
    expect((await built.inject('/metrics')).statusCode).toBe(200)
    for (const url of ['/livez', '/readyz', '/status']) expect((await built.inject(url)).statusCode).toBe(404)
    expect((await built.inject({ method: 'POST', url: '/metrics' })).statusCode).toBe(405)
  })
})

describe('every route', () => {
  const routes = ['/livez', '/readyz', '/status', '/metrics', '/nowhere']
  it.each(routes)('%s takes GET only', async (url) => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'] as const) {
      const reply = await app({ last: publication() }).inject({ method, url })
      expect([method, reply.statusCode, reply.headers.allow]).toEqual([method, 405, 'GET'])
    }
  })

  it.each(routes)('%s takes no body', async (url) => {
    const reply = await app({ last: publication() }).inject({ method: 'GET', url, payload: 'x' })
    expect(reply.statusCode).toBe(413)
    expect(reply.headers.connection).toBe('close')
  })

  it.each(routes)('%s is never cached or guessed at', async (url) => {
    const { headers } = await app({ last: publication() }).inject(url)
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
  })

  it('does not repeat the request in a refusal', async () => {
    for (const url of ['/<script>', '/%zz', `/${'a'.repeat(3000)}`]) {
      const reply = await app({}).inject(url)
      expect(reply.statusCode).toBeGreaterThanOrEqual(400)
      expect(Object.keys(reply.json())).toEqual(['error'])
      expect(reply.body.length).toBeLessThan(100)
      expect(reply.body).not.toMatch(/script|zz|aaa/)
    }
  })

  it('keeps the text of an error to the log', async () => {
    const errors: string[] = []
    const broken = buildApp({
      identity: identity(),
      published: () => {
        throw new Error('ENOENT /secret/path')
      },
      clock: () => 0,
      staleAfterSeconds: 15,
      onError: (error, route) => errors.push(`${route} ${error.message}`),
    })
    closing.push(async () => broken.close())
    const reply = await broken.inject('/readyz')
    expect([reply.statusCode, reply.json()]).toEqual([500, { error: 'internal error; see the log of the agent' }])
    expect(errors).toEqual(['/readyz ENOENT /secret/path'])
  })
})

describe('serve', () => {
  async function listening() {
    const built = app({ last: publication() })
    return { built, ...(await serve(built, '127.0.0.1', 0)) }
  }

  it('answers on the address that it gives', async () => {
    const { address } = await listening()
    expect((await fetch(`http://127.0.0.1:${address.port}/readyz`)).status).toBe(200)
  })

  it('says so when the port is taken', async () => {
    const { address } = await listening()
    await expect(serve(app({}), '127.0.0.1', address.port)).rejects.toThrow(
      `cannot listen on 127.0.0.1 port ${address.port} (EADDRINUSE): another program listens there`,
    )
  })

  it('answers a health check while one client holds 300 idle connections', async () => {
    const { built, address } = await listening()
    const idle = Array.from({ length: 300 }, () =>
      connect(address.port, '127.0.0.1')
        .on('error', () => {})
        .resume(),
    )
    closing.push(async () => idle.forEach((socket) => void socket.destroy()))
    const closed = () => idle.filter(({ closed: ended }) => ended).length
    await expect.poll(closed, { timeout: 5000 }).toBe(300 - limits.maxConnectionsPerAddress)
    const check = () =>
      new Promise<number | undefined>((resolve, reject) => {
        const options = { host: '127.0.0.1', localAddress: '127.0.0.2', port: address.port, path: '/readyz' }
        get({ ...options, agent: false }, ({ statusCode }) => resolve(statusCode)).on('error', reject)
      })
    expect(await check()).toBe(200)
    // And none of them stays: what was taken is given back.
    await expect.poll(closed, { timeout: 15_000 }).toBe(300)
    const open = () => new Promise((resolve) => built.server.getConnections((_, count) => resolve(count)))
    await expect.poll(open).toBe(0)
    expect((await fetch(`http://127.0.0.1:${address.port}/readyz`)).status).toBe(200)
  }, 30_000)

  it('cuts off a client that trickles its request', async () => {
    const { address } = await listening()
    const started = performance.now()
    const reply = await new Promise<string>((resolve) => {
      const socket = connect(address.port, '127.0.0.1', () => socket.write('GET /readyz HTTP/1.1\r\nHost: a\r\nX-A: '))
      const trickle = setInterval(() => socket.write('a'), 200)
      let text = ''
      socket.on('data', (bytes) => {
        text += bytes.toString('latin1')
      })
      socket.on('error', () => {})
      socket.on('close', () => {
        clearInterval(trickle)
        resolve(text)
      })
    })
    expect(reply).toMatch(/^HTTP\/1\.1 408 |^$/)
    expect(performance.now() - started).toBeLessThan(10_000)
  }, 20_000)

  it('refuses headers past the limit', async () => {
    const { address } = await listening()
    const reply = await fetch(`http://127.0.0.1:${address.port}/readyz`, { headers: { 'x-a': 'a'.repeat(9000) } })
    expect(reply.status).toBe(431)
  })

  it('closes at once although a client is in the middle of a request', async () => {
    const { address, close } = await listening()
    const half = connect(address.port, '127.0.0.1')
    const ended = new Promise((resolve) => half.on('close', resolve))
    half.on('error', () => {})
    await new Promise<void>((resolve) => half.write('GET /livez HTTP/1.1\r\nHost: a\r\n', () => resolve()))
    // An answer on another connection shows that the server has taken the first one as well.
    await fetch(`http://127.0.0.1:${address.port}/livez`)
    const started = performance.now()
    await close()
    await ended
    expect(performance.now() - started).toBeLessThan(limits.requestTimeout / 2)
  })
})
