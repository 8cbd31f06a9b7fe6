import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { KeptProcess } from '../../../../infra/local/kept-process.ts'
import { type NamespaceProcess, startInNamespace } from '../../../../infra/local/namespace-process.ts'
import { type LoopbackDoor, openLoopbackDoor } from '../../../../infra/local/namespace-proxy/loopback-door.ts'
import { toFreePort } from '../../../../infra/local/namespace-proxy/loopback-port.ts'
import { getText } from '../../../../infra/local/namespace-proxy/namespace-http.ts'
import { startNamespaceProxy } from '../../../../infra/local/namespace-proxy/namespace-proxy.ts'
import { portOf } from '../../../support/listening-port.ts'
import { createNamespaces } from '../../../support/network-namespace.ts'

const namespaces = createNamespaces(`mft-proxy-${process.pid}`, ['a'])
const folder = mkdtempSync(join(tmpdir(), 'mft-proxy-'))
const socketPath = join(folder, 'proxy.sock')
const logPath = join(folder, 'log')
const program = fileURLToPath(new URL('../../../../infra/local/namespace-proxy/main.ts', import.meta.url))
const inside = 'http://127.0.0.1:8000'

/** Answers with what it was asked; some paths misbehave. */
const server = `
const { createServer } = require('node:http')
createServer((request, response) => {
  if (request.url === '/silent') return
  if (request.url === '/cut') { response.writeHead(200, { 'content-length': '100' }); response.write('half'); setImmediate(() => response.destroy()); return }
  if (request.url === '/long') return response.end('x'.repeat(2000))
  if (request.url === '/none') return response.writeHead(404).end('nothing here')
  let body = ''
  request.on('data', (chunk) => { body += chunk }).on('end', () => response.end([request.method, request.url, body].join(' ')))
}).listen(8000, '127.0.0.1')
`

const ends: string[] = []
let web: NamespaceProcess
let proxy: KeptProcess
let door: LoopbackDoor

const get = (path: string, deadlineSeconds = 10): Promise<string> =>
  getText({ socketPath, url: `${inside}${path}`, deadlineSeconds, mostBytes: 1000 })

const answersTo = (path: string): Promise<void> =>
  vi.waitFor(async () => expect(await get(path)).toBe(`GET ${path} `), { timeout: 30_000 })

beforeAll(async () => {
  const namespace = namespaces.name('a')
  const args = ['-e', server]
  web = await startInNamespace({ namespace, name: 'web', command: process.execPath, args, logPath })
  const onEnded = () => void ends.push('ended')
  proxy = await startNamespaceProxy({ namespace, socketPath, logPath, onEnded })
  door = await openLoopbackDoor({ socketPath, origin: inside, port: 0 })
  await answersTo('/')
})
afterAll(async () => {
  await door?.stop()
  await proxy?.stop()
  await web?.stop()
  namespaces.remove()
  rmSync(folder, { recursive: true })
})

describe('the proxy into a namespace', () => {
  it('brings back what a server inside answers, which no address of the host leads to', async () => {
    expect(await get('/status?a=b')).toBe('GET /status?a=b ')
    await expect(fetch(`${inside}/`)).rejects.toThrow('fetch failed')
  })

  it.each([
    ['/none', 'HTTP 404: nothing here'],
    ['/long', 'more than 1000 bytes'],
    ['/cut', 'aborted'],
  ])('fails for %s instead of giving a part', async (path, why) => {
    await expect(get(path)).rejects.toThrow(why)
  })

  it('fails for a server that does not answer in time, and for one that is not there', async () => {
    await expect(get('/silent', 0.2)).rejects.toThrow(/timeout|aborted/)
    const nobody = getText({ socketPath, url: 'http://127.0.0.1:8001/', deadlineSeconds: 10, mostBytes: 1000 })
    await expect(nobody).rejects.toThrow('HTTP 502: 127.0.0.1:8001 does not answer')
  })

  it('refuses anything but plain HTTP, and says what is allowed', async () => {
    const wrong = getText({ socketPath, url: 'file:///etc/passwd', deadlineSeconds: 10, mostBytes: 1000 })
    await expect(wrong).rejects.toThrow('HTTP 400: got "file:///etc/passwd", allowed is http://')
  })

  it('is there again after it was killed, and tells of it', async () => {
    process.kill(proxy.current().pid, 'SIGKILL')
    await answersTo('/again')
    expect(ends).toEqual(['ended'])
  })

  it('ends with the process that started it', async () => {
    const path = join(folder, 'orphan.sock')
    const child = spawn(process.execPath, [program, path], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
    expect(await once(child, 'message')).toEqual(['ready', undefined])
    child.disconnect()
    expect(await once(child, 'exit')).toEqual([0, null])
  })
})

describe('the door on the loopback', () => {
  it('passes requests on with their bodies', async () => {
    const answer = await fetch(`${door.url}/api/v1/query`, { method: 'POST', body: 'query=up' })
    expect(await answer.text()).toBe('POST /api/v1/query query=up')
  })

  const askAs = (headers: Readonly<Record<string, string>>): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const { port } = new URL(door.url)
      request({ host: '127.0.0.1', port, headers }, (response) => resolve(response.resume().statusCode))
        .on('error', reject)
        .end()
    })

  it.each([
    ['calls it by another name', { host: 'evil.example' }, 421],
    ['is a script of another site', { origin: 'https://evil.example' }, 403],
    ['is a picture of another site', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }, 403],
    ['is a picture at another port', { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors' }, 403],
  ])('refuses who %s', async (_, headers, expected) => {
    expect(await askAs({ ...headers })).toBe(expected)
  })

  it('lets its own page ask, and who follows a link', async () => {
    expect(await askAs({ origin: door.url, 'sec-fetch-site': 'same-origin' })).toBe(200)
    expect(await askAs({ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' })).toBe(200)
  })

  it('takes any port where the wanted one is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const port = portOf(taken)
    try {
      expect(await toFreePort(port)).toBe(0)
      const other = await openLoopbackDoor({ socketPath, origin: inside, port })
      expect(new URL(other.url).port).not.toBe(String(port))
      await other.stop()
    } finally {
      taken.close()
    }
    expect(await toFreePort(port)).toBe(port)
  })
})
