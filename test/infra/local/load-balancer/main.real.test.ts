import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { runCommand, runIn } from '../../../../infra/local/command.ts'
import type { LoadBalancerConfiguration, Target } from '../../../../infra/local/load-balancer/configuration.ts'
import {
  type LoadBalancerClient,
  startLoadBalancer,
} from '../../../../infra/local/load-balancer/load-balancer-client.ts'
import type { Changed } from '../../../../infra/local/load-balancer/messages.ts'
import { LOAD_BALANCER_ADDRESS, LoadBalancerNetwork } from '../../../support/load-balancer-network.ts'

const ids = ['sensor-1', 'sensor-2', 'sensor-3']
const PORTS = 128
const network = new LoadBalancerNetwork(`mft-lb-${process.pid}`)
let targets: Target[] = []
let loadBalancer: LoadBalancerClient
let changes: Changed[] = []
let firstPort = 20_000

const toConfiguration = (changed: Partial<LoadBalancerConfiguration> = {}): LoadBalancerConfiguration => ({
  address: LOAD_BALANCER_ADDRESS,
  port: 4789,
  targets,
  healthCheck: { intervalSeconds: 1, timeoutSeconds: 1, healthyThreshold: 2, unhealthyThreshold: 2 },
  deregistrationDelaySeconds: 4,
  ...changed,
})
const start = (changed: Partial<LoadBalancerConfiguration> = {}) =>
  startLoadBalancer({
    namespace: network.loadBalancer,
    configuration: toConfiguration(changed),
    onChanged: (change) => changes.push(change),
  })

const readHealth = async () => {
  const { targets: described } = await loadBalancer.describe()
  return Object.fromEntries(described.map(({ id, state, reasonCode }) => [id, reasonCode ?? state]))
}
const waitForHealth = (health: Record<string, string>) =>
  expect.poll(readHealth, { timeout: 20_000, interval: 100 }).toEqual(health)
/** Pushed once the routing that follows is in force, and before a description that shows it. */
const waitForChange = (id: string, state: string) =>
  expect
    .poll(() => changes.some(({ target }) => target.id === id && target.state === state), {
      timeout: 20_000,
      interval: 50,
    })
    .toBe(true)
const allHealthy = Object.fromEntries(ids.map((id) => [id, 'healthy']))

/** Where each source port's packets have arrived since the flows were last forgotten. */
async function readPlaces(): Promise<{ places: Map<number, string[]>; packets: number }> {
  const places = new Map<number, string[]>()
  let packets = 0
  for (const id of ids) {
    for (const [port, count] of await network.readFlows(id)) {
      places.set(port, [...(places.get(port) ?? []), id])
      packets += count
    }
  }
  return { places, packets }
}
async function sendAndRead(port: number, rounds = 2) {
  await network.forgetFlows()
  await network.send(port, PORTS, rounds)
  return readPlaces()
}
const flowsOn = (places: Map<number, string[]>, id: string) =>
  [...places].filter(([, at]) => at.length === 1 && at[0] === id).map(([port]) => port)
const used = (places: Map<number, string[]>) => [...new Set([...places.values()].flat())].sort()

beforeAll(async () => {
  await network.build()
  for (const id of ids) targets = [...targets, await network.addTarget(id)]
  loadBalancer = await start()
})
afterAll(async () => {
  await loadBalancer?.stop()
  await network.remove()
})

/** Every test starts with three healthy targets and flows of its own. */
beforeEach(async () => {
  for (const id of ids) await network.answer(id, 200)
  if (loadBalancer.child.exitCode !== null || loadBalancer.child.signalCode !== null) loadBalancer = await start()
  for (const target of targets) await loadBalancer.register(target)
  await waitForHealth(allHealthy)
  changes = []
  firstPort += 200
})

describe('the load balancer of the local region', () => {
  it('passes on every packet, keeps a flow on one target and uses all targets', async () => {
    const before = await loadBalancer.describe()
    const { places, packets } = await sendAndRead(firstPort, 5)
    const after = await loadBalancer.describe()
    expect(packets).toBe(PORTS * 5)
    expect(places.size).toBe(PORTS)
    expect([...places.values()].filter((at) => at.length !== 1)).toEqual([])
    expect(used(places)).toEqual(ids)
    expect(after.receivedPackets - before.receivedPackets).toBe(PORTS * 5)
    expect(after.forwardedPackets - before.forwardedPackets).toBe(PORTS * 5)
    for (const [index, target] of after.targets.entries()) {
      const counted = target.forwardedPackets - (before.targets[index]?.forwardedPackets ?? 0)
      expect(counted).toBe(flowsOn(places, target.id).length * 5)
    }
  })

  it('remembers a flow for 120 s, in whichever direction', async () => {
    const path = '/proc/sys/net/netfilter'
    const files = [`${path}/nf_conntrack_udp_timeout`, `${path}/nf_conntrack_udp_timeout_stream`]
    expect(await runIn(network.loadBalancer, 'cat', files)).toBe('120\n120\n')
    await sendAndRead(firstPort)
    const flows = await runIn(network.loadBalancer, 'conntrack', [
      '-L',
      '-p',
      'udp',
      '--orig-port-src',
      String(firstPort),
    ])
    expect(Number(/^udp\s+17 (\d+) /.exec(flows)?.[1])).toBeGreaterThan(100)
  })

  it('moves the flows of a target that turns unhealthy, loses none of their packets, and moves no other flow', async () => {
    const before = await sendAndRead(firstPort)
    await network.forgetFlows()
    await network.answer('sensor-1', 503)
    // Traffic goes on while the target turns unhealthy: at least 5 s.
    const sending = network.send(firstPort, PORTS, 50, 100)
    const startedAt = performance.now()
    await waitForChange('sensor-1', 'unhealthy')
    const detectionSeconds = (performance.now() - startedAt) / 1000
    await sending
    const during = await readPlaces()
    const after = await sendAndRead(firstPort)

    expect(changes.find(({ target }) => target.state === 'unhealthy')?.target.reasonCode).toBe(
      'Target.ResponseCodeMismatch',
    )
    // Two intervals of 1 s, and as much again for a busy machine.
    expect(detectionSeconds).toBeLessThan(4)
    expect(during.packets).toBe(PORTS * 50)
    const moved = flowsOn(before.places, 'sensor-1')
    expect(moved.map((port) => during.places.get(port)?.length)).toEqual(moved.map(() => 2))
    expect(used(after.places)).toEqual(['sensor-2', 'sensor-3'])
    expect(after.packets).toBe(PORTS * 2)
    for (const id of ['sensor-2', 'sensor-3']) {
      const stayed = flowsOn(before.places, id)
      expect(stayed.map((port) => during.places.get(port))).toEqual(stayed.map(() => [id]))
      expect(stayed.map((port) => after.places.get(port))).toEqual(stayed.map(() => [id]))
    }
  })

  it('gives a target that recovers new flows only', async () => {
    await network.answer('sensor-1', 503)
    await waitForChange('sensor-1', 'unhealthy')
    const before = await sendAndRead(firstPort)
    await network.answer('sensor-1', 200)
    await waitForChange('sensor-1', 'healthy')

    expect((await sendAndRead(firstPort)).places).toEqual(before.places)
    expect(used((await sendAndRead(firstPort + 8000)).places)).toEqual(ids)
  })

  it('fails open when no target is healthy: nothing is dropped and no flow moves', async () => {
    const before = await sendAndRead(firstPort)
    for (const id of ids) await network.answer(id, 503)
    await waitForHealth(Object.fromEntries(ids.map((id) => [id, 'Target.ResponseCodeMismatch'])))
    await expect.poll(async () => (await loadBalancer.describe()).failOpen).toBe(true)
    const fresh = await sendAndRead(firstPort + 8000)
    expect(fresh.packets).toBe(PORTS * 2)
    expect(used(fresh.places)).toEqual(ids)
    expect((await sendAndRead(firstPort)).packets).toBe(PORTS * 2)
    expect(before.packets).toBe(PORTS * 2)
  })

  it('moves all flows to the first target that recovers from fail-open', async () => {
    for (const id of ids) await network.answer(id, 503)
    await waitForHealth(Object.fromEntries(ids.map((id) => [id, 'Target.ResponseCodeMismatch'])))
    await sendAndRead(firstPort)
    await network.answer('sensor-2', 200)
    await waitForChange('sensor-2', 'healthy')
    const after = await sendAndRead(firstPort)
    expect(used(after.places)).toEqual(['sensor-2'])
    expect(after.packets).toBe(PORTS * 2)
  })

  it('keeps the flows of a deregistered target until its delay ends, then moves them', async () => {
    const before = await sendAndRead(firstPort)
    await loadBalancer.deregister('sensor-3')
    expect(await readHealth()).toEqual({ ...allHealthy, 'sensor-3': 'Target.DeregistrationInProgress' })
    // A sensor that drains says so on /readyz, and keeps its flows all the same.
    await network.answer('sensor-3', 503)
    expect((await sendAndRead(firstPort)).places).toEqual(before.places)
    expect(used((await sendAndRead(firstPort + 8000)).places)).toEqual(['sensor-1', 'sensor-2'])

    await waitForChange('sensor-3', 'unused')
    const after = await sendAndRead(firstPort)
    expect(used(after.places)).toEqual(['sensor-1', 'sensor-2'])
    expect(after.packets).toBe(PORTS * 2)
    for (const id of ['sensor-1', 'sensor-2']) {
      expect(flowsOn(after.places, id)).toEqual(expect.arrayContaining(flowsOn(before.places, id)))
    }
    expect((await loadBalancer.describe()).targets.map(({ id }) => id)).toEqual(['sensor-1', 'sensor-2'])
  })

  it.each([
    ['Target.Timeout', 0],
    ['Target.ResponseCodeMismatch', 500],
  ])('says %s when /readyz answers %i', async (reasonCode, statusCode) => {
    await network.answer('sensor-2', statusCode)
    await waitForHealth({ ...allHealthy, 'sensor-2': reasonCode })
  })

  it('drops and counts at a named place when the group is empty', async () => {
    for (const id of ids) await loadBalancer.deregister(id)
    for (const id of ids) await waitForChange(id, 'unused')
    const before = await loadBalancer.describe()
    const { packets } = await sendAndRead(firstPort)
    const after = await loadBalancer.describe()
    expect(packets).toBe(0)
    expect(after.noTargetPackets - before.noTargetPackets).toBe(PORTS * 2)
    expect(after.failOpen).toBe(false)
  })

  it('passes on nothing but mirrored traffic', async () => {
    const { forwardedPackets } = await loadBalancer.describe()
    const direct = targets[0]?.address ?? ''
    const curl = ['--silent', '--max-time', '1', `http://${direct}:9100/readyz`]
    await expect(runIn(network.client, 'curl', curl)).rejects.toThrow('exited with 28')
    expect((await loadBalancer.describe()).forwardedPackets).toBe(forwardedPackets)
  })

  it('refuses what it cannot do, with the reason, and changes nothing', async () => {
    const [target] = targets
    if (target === undefined) throw new Error('no target')
    await expect(loadBalancer.deregister('sensor-9')).rejects.toThrow('no target sensor-9: registered are sensor-1')
    await expect(loadBalancer.register({ ...target, address: '198.18.2.99' })).rejects.toThrow('deregister it first')
    await expect(loadBalancer.register({ ...target, id: 'sensor-9' })).rejects.toThrow('is in use')
    expect(await readHealth()).toEqual(allHealthy)
  })

  it.each<[string, (client: LoadBalancerClient) => void]>([
    ['told to', (client) => client.child.kill('SIGTERM')],
    ['its parent is gone', (client) => client.child.disconnect()],
  ])('leaves nothing behind when %s', async (_when, end) => {
    await sendAndRead(firstPort)
    const exited = once(loadBalancer.child, 'exit')
    end(loadBalancer)
    expect(await exited).toEqual([0, null])
    expect(await runIn(network.loadBalancer, 'nft', ['list', 'ruleset'])).toBe('')
    expect(
      await runIn(network.loadBalancer, 'conntrack', ['-L', '-p', 'udp', '--orig-dst', LOAD_BALANCER_ADDRESS]),
    ).toBe('')
  })

  it('takes over from one that was killed', async () => {
    const exited = once(loadBalancer.child, 'exit')
    loadBalancer.child.kill('SIGKILL')
    await exited
    loadBalancer = await start()
    await waitForHealth(allHealthy)
    expect((await sendAndRead(firstPort)).packets).toBe(PORTS * 2)
  })

  it('under "keep" leaves flows on a target that turns unhealthy, and gives it no new ones', async () => {
    await loadBalancer.stop()
    loadBalancer = await start({ unhealthyFlows: 'keep' })
    await waitForHealth(allHealthy)
    const before = await sendAndRead(firstPort)
    await network.answer('sensor-1', 503)
    await waitForChange('sensor-1', 'unhealthy')
    expect((await sendAndRead(firstPort)).places).toEqual(before.places)
    expect(used((await sendAndRead(firstPort + 8000)).places)).toEqual(['sensor-2', 'sensor-3'])
    await loadBalancer.stop()
  })

  it('lists every complaint about its configuration and exits with 2', async () => {
    const main = fileURLToPath(new URL('../../../../infra/local/load-balancer/main.ts', import.meta.url))
    const configuration = JSON.stringify({ ...toConfiguration(), address: 'here', port: 0 })
    const { exitCode, stderr } = await runCommand(process.execPath, [main, '--config', configuration])
    expect(exitCode).toBe(2)
    expect(JSON.parse(stderr).complaints).toHaveLength(2)
    expect((await runCommand(process.execPath, [main, '--confg', '{}'])).exitCode).toBe(2)
  })
})
