import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { portOf } from '../support/listening-port.ts'

const program = fileURLToPath(new URL('http-latency.ts', import.meta.url))
const warmUpRequests = 20
const heldRequests = 10

/** From the first counted request on it answers nobody until ten have come; then all, at once and from then on. */
const held: ServerResponse[] = []
let asked = 0
const server = createServer((_, response) => {
  asked++
  if (asked <= warmUpRequests || asked > warmUpRequests + heldRequests) return void response.end()
  held.push(response)
  if (held.length === heldRequests) for (const one of held) one.end()
})
beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening')
})
afterAll(() => server.close())

describe('the latencies of a server', () => {
  it('show a stall in every request that it met: none waits for the one before it', async () => {
    const args = [program, '127.0.0.1', String(portOf(server)), '/', '30', '100']
    const { stdout } = await promisify(execFile)(process.execPath, args)
    const milliseconds: number[] = JSON.parse(stdout)
    expect(milliseconds).toHaveLength(30)
    // Ten at a hundred a second: the first of them waits for nine more.
    expect(milliseconds[0]).toBeGreaterThan(50)
  })
})
