import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import { LoadBalancerClient } from '../../../../infra/local/load-balancer/load-balancer-client.ts'

const children: ChildProcess[] = []
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

/** A process that takes requests and never answers. */
async function startSilent(): Promise<LoadBalancerClient> {
  const script = "process.on('message', () => undefined); process.send({ type: 'unknown' })"
  const child = spawn(process.execPath, ['--eval', script], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
  children.push(child)
  const client = new LoadBalancerClient(
    child,
    () => undefined,
    () => undefined,
  )
  await once(child, 'message')
  return client
}

describe('a load balancer that ends', () => {
  it('leaves nobody waiting for an answer', async () => {
    const client = await startSilent()
    const waiting = [client.describe(), client.deregister('sensor-1')].map((asked) =>
      asked.then(
        () => 'answered',
        (error: Error) => error.message,
      ),
    )
    client.child.kill('SIGKILL')
    expect(await Promise.all(waiting)).toEqual(Array(2).fill('the load balancer has ended with SIGKILL'))
    await expect(client.describe()).rejects.toThrow('load balancer cannot be asked to describe: it has ended')
  })
})
