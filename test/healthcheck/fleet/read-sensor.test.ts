import { createServer, type RequestListener } from 'node:http'
import { expect, it } from 'vitest'
import { readSensor } from '../../../healthcheck/fleet/read-sensor.ts'
import { toStatusBody } from '../../support/aws/aws-fleet.ts'
import { portOf } from '../../support/listening-port.ts'

async function ask(listener: RequestListener, deadlineMilliseconds = 5_000) {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    return await readSensor('127.0.0.1', portOf(server), AbortSignal.timeout(deadlineMilliseconds))
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

it('takes a whole answer, also one that comes in pieces', async () => {
  const [first, ...rest] = toStatusBody('i-1').match(/.{1,40}/g) ?? []
  const answered = await ask((_request, response) => {
    response.write(first)
    setImmediate(() => response.end(rest.join('')))
  })
  expect(answered).toMatchObject({ answered: true, status: { id: 'i-1' } })
})

const endless: RequestListener = (_request, response) => {
  const more = () => void (response.write('x'.repeat(65_536)) && setImmediate(more))
  response.on('drain', more)
  more()
}

it.each<[string, RequestListener, string | RegExp]>([
  ['an endless one', endless, 'the answer has more than 262144 bytes'],
  ['one that never ends', (_request, response) => void response.write('{'), 'no answer in time'],
  ['one that is cut off', (_request, response) => response.write('{', () => response.destroy()), /aborted/],
  ['an error', (_request, response) => void response.writeHead(503).end('{}'), '/status answered with HTTP 503'],
  [
    'a redirect, which is not followed',
    (request, response) =>
      void (request.url === '/status'
        ? response.writeHead(302, { location: '/elsewhere' }).end()
        : response.end(toStatusBody('i-1'))),
    '/status answered with HTTP 302',
  ],
  ['a page', (_request, response) => void response.end('<html>'), 'the answer is no /status of a sensor'],
])('does not take %s for an answer, and says why', { timeout: 60_000 }, async (_what, listener, fault) => {
  // Only what never ends has to wait for its deadline.
  expect(await ask(listener, fault === 'no answer in time' ? 300 : 30_000)).toEqual({
    answered: false,
    fault: typeof fault === 'string' ? fault : expect.stringMatching(fault),
  })
})
