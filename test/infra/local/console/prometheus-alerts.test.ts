import { createServer, type RequestListener, type Server } from 'node:http'
import { afterEach, expect, it } from 'vitest'
import { readPrometheusAlerts } from '../../../../infra/local/console/prometheus-alerts.ts'
import { portOf } from '../../../support/listening-port.ts'

const servers: Server[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})

async function ask(listener: RequestListener, path = '', milliseconds = 30_000) {
  const server = createServer(listener)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return await readPrometheusAlerts(`http://127.0.0.1:${portOf(server)}${path}`, AbortSignal.timeout(milliseconds))
}

const alert = (alertname: string, state = 'firing') => ({
  ...{ labels: { alertname, severity: 'critical' }, annotations: { summary: 's' }, state },
  activeAt: '2026-11-26T08:00:00Z',
})
const body = JSON.stringify({
  status: 'success',
  data: { alerts: [alert('Watchdog'), alert('blind'), alert('loss', 'pending')] },
})

it.each(['', '/behind/a-proxy'])('reads the alerts of a Prometheus at its address%s', async (path) => {
  const read = await ask((request, response) => {
    response.writeHead(request.url === `${path}/api/v1/alerts` ? 200 : 404).end(body)
  }, path)
  expect(read).toMatchObject({ isRead: true, isWatched: true, firing: [{ name: 'blind' }] })
})

const endless: RequestListener = (_request, response) => {
  const more = () => void (response.write('x'.repeat(65_536)) && setImmediate(more))
  response.on('drain', more)
  more()
}

it.each<[string, RequestListener, RegExp]>([
  ['an endless answer', endless, /: the answer has more than 1048576 bytes$/],
  ['silence', () => undefined, /: no answer in time$/],
  ['an answer that never ends', (_request, response) => void response.write('{'), /: no answer in time$/],
  ['a page', (_request, response) => void response.end('<html>'), /form that is not known/],
  ['an error', (_request, response) => void response.writeHead(503).end(body), /answered with HTTP 503$/],
  [
    'a redirect, which is not followed',
    (request, response) =>
      void (request.url === '/elsewhere'
        ? response.end(body)
        : response.writeHead(302, { location: '/elsewhere' }).end()),
    /answered with HTTP 302$/,
  ],
  ['a cut connection', (request) => void request.socket.destroy(), /\/api\/v1\/alerts: /],
])('says why there are none after %s', async (what, listener, fault) => {
  const isMute = what.startsWith('silence') || what.endsWith('never ends')
  expect(await ask(listener, '', isMute ? 300 : 30_000)).toEqual({
    isRead: false,
    fault: expect.stringMatching(fault),
  })
})
