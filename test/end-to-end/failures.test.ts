import { writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { defaultFleet } from '../../infra/fleet.ts'
import { waitUntil } from '../../infra/local/condition.ts'
import { type Region, readSensors, type SensorView, startRegion } from '../../infra/local/region.ts'
import { readCaptured, readLogged, readMirrored, sendRounds, waitUntilHealthy } from '../../infra/local/round.ts'
import { isAllLogged } from '../../infra/local/summary.ts'

/** One region for all of these: each test leaves it as healthy as it found it. */
let region: Region
const lost: string[] = []
let tags = 0

beforeAll(async () => {
  region = await startRegion({ fleet: defaultFleet, onProgress: () => undefined, onLost: (what) => lost.push(what) })
  await waitUntilHealthy(region)
})
afterAll(async () => await region?.stop())

const small = { http: 10, https: 4, dns: 6 } as const
const send = () => sendRounds(region, small, `t${tags++}`)

const viewOf = async (id: string): Promise<SensorView> => {
  const view = (await readSensors(region)).find((sensor) => sensor.id === id)
  if (!view) throw new Error(`no sensor ${id}`)
  return view
}
const enginePid = async (id: string): Promise<number> => {
  const pid = (await viewOf(id)).status?.engine.pid
  if (!pid) throw new Error(`${id} has no engine`)
  return pid
}
const reasons = (view: SensorView): string[] => view.status?.verdict.findings.map(({ reason }) => reason) ?? []

/** Looks at one sensor until it is as expected; `meanwhile` keeps traffic on its way. */
const waitForSensor = (
  id: string,
  what: string,
  deadlineSeconds: number,
  isDone: (view: SensorView) => boolean,
  meanwhile: () => Promise<unknown> = async () => undefined,
) =>
  waitUntil({
    what: `${id}: ${what}`,
    deadlineSeconds,
    read: async () => {
      await meanwhile()
      return await viewOf(id)
    },
    isDone,
    describe: (view) => JSON.stringify([view.targetState, view.status?.verdict, view.status?.engine]),
  })

describe('a sensor whose engine is killed', () => {
  it('is unhealthy at once, replaces it within the back-off, counts it, and comes back into service', async () => {
    const before = await viewOf('sensor-1')
    const pid = await enginePid('sensor-1')
    process.kill(pid, 'SIGKILL')
    await waitForSensor('sensor-1', 'suricata-down', 5, (view) => reasons(view).includes('suricata-down'))
    const restarts = (before.status?.engine.restarts ?? 0) + 1
    const after = await waitForSensor('sensor-1', 'a new engine', 30, (view) => view.status?.verdict.ready === true)
    expect(after.status?.engine).toMatchObject({ restarts, phase: 'running' })
    expect(after.status?.engine.pid).not.toBe(pid)
    await waitUntilHealthy(region)
  })
})

describe('a sensor whose engine is wedged', () => {
  it('says so within ten seconds while traffic goes on, leaves service, and is well again after a replacement', async () => {
    const pid = await enginePid('sensor-2')
    process.kill(pid, 'SIGSTOP')
    await waitForSensor('sensor-2', 'suricata-wedged', 10, (view) => reasons(view).includes('suricata-wedged'), send)
    const out = await waitForSensor('sensor-2', 'out of service', 30, (view) => view.targetState === 'unhealthy')
    expect(out.reasonCode).toBe('Target.ResponseCodeMismatch')
    await waitForSensor('sensor-2', 'a new engine', 90, (view) => view.status?.verdict.ready === true)
    expect(await enginePid('sensor-2')).not.toBe(pid)
    await waitUntilHealthy(region)
  })

  it('is well again by itself when the engine goes on', async () => {
    const pid = await enginePid('sensor-3')
    process.kill(pid, 'SIGSTOP')
    await waitForSensor('sensor-3', 'suricata-silent', 10, (view) => reasons(view).includes('suricata-silent'))
    process.kill(pid, 'SIGCONT')
    await waitForSensor('sensor-3', 'ready', 20, (view) => view.status?.verdict.ready === true)
    expect(await enginePid('sensor-3')).toBe(pid)
    await waitUntilHealthy(region)
  })
})

describe('an agent that is killed', () => {
  it('leaves the engine running, is started again and adopts it, and no packet is lost', async () => {
    const sensor = region.sensors[0]
    if (!sensor) throw new Error('no sensor')
    await settled()
    const before = { captured: await readCaptured(region), mirrored: await readMirrored(region) }
    const pid = await enginePid('sensor-1')
    const killed = sensor.agent
    process.kill(killed.pid, 'SIGKILL')
    await killed.exited
    const during = await send()
    await waitForSensor(
      'sensor-1',
      'adopted',
      60,
      (view) => view.status?.engine.adoptions === 1 && view.status.verdict.ready,
    )
    expect(sensor.agent.pid).not.toBe(killed.pid)
    expect((await viewOf('sensor-1')).status?.engine).toMatchObject({ pid, adoptions: 1, restarts: 0 })
    const after = await send()
    await waitUntil({
      what: 'every request logged',
      deadlineSeconds: 30,
      read: () => readLogged(region),
      isDone: (logged) => isAllLogged(logged, during) && isAllLogged(logged, after),
      describe: () => 'some are missing',
    })
    await settled()
    const mirrored = (await readMirrored(region)).packets - before.mirrored.packets
    const captured = await readCaptured(region)
    expect(mirrored).toBeGreaterThan(0)
    expect(captured.packets - before.captured.packets).toBe(mirrored)
    expect(captured.drops).toBe(before.captured.drops)
  })
})

/** Workers hand in their counters every three seconds: what stands still for longer has been handed in. */
const stillSeconds = 4

/** Waits until no more packets are being captured. */
async function settled(): Promise<void> {
  let last = -1
  let since = performance.now()
  await waitUntil({
    what: 'the counters stand still',
    deadlineSeconds: 60,
    read: async () => (await readCaptured(region)).packets,
    isDone: (packets) => {
      if (packets !== last) since = performance.now()
      last = packets
      return performance.now() - since >= stillSeconds * 1000
    },
  })
}

describe('a rule file that is broken', () => {
  it('is reported with file and line, and the sensor goes on with the last good rules', async () => {
    const file = `${region.folder}/sensor-3/rules/broken.rules`
    await writeFile(file, '# first line\nalert http any any -> any any (msg:"broken"; nonsense:1; sid:2;)\n')
    const view = await waitForSensor('sensor-3', 'rules-rejected', 30, (v) => reasons(v).includes('rules-rejected'))
    expect(view.status?.verdict).toMatchObject({ status: 'degraded', ready: true })
    expect(view.status?.rules).toMatchObject({ rejected: [{ file, line: 2 }] })
    expect(view.status?.rules.loaded).toBeGreaterThan(0)
    await writeFile(file, 'alert http any any -> any any (msg:"mended"; sid:2;)\n')
    await waitForSensor('sensor-3', 'healthy again', 30, (v) => v.status?.verdict.status === 'healthy')
    await waitUntilHealthy(region)
  })
})

describe('traffic of a sensor that leaves service', () => {
  it('reaches the others, who log every request', async () => {
    const pid = await enginePid('sensor-3')
    process.kill(pid, 'SIGSTOP')
    try {
      await waitForSensor('sensor-3', 'out of service', 30, (view) => view.targetState === 'unhealthy')
      const forwarded = (await viewOf('sensor-3')).forwardedPackets
      const sent = await send()
      const others = async () => (await readLogged(region)).filter((_, index) => index !== 2)
      await waitUntil({
        what: 'every request logged by the other two',
        deadlineSeconds: 20,
        read: others,
        isDone: (logged) => isAllLogged(logged, sent),
        describe: () => 'some are missing',
      })
      expect((await viewOf('sensor-3')).forwardedPackets).toBe(forwarded)
    } finally {
      process.kill(pid, 'SIGCONT')
    }
    await waitUntilHealthy(region)
  })
})

describe('a fleet with no healthy sensor', () => {
  it('fails open: the load balancer sends to all of them and drops nothing', async () => {
    const pids = await Promise.all(['sensor-1', 'sensor-2', 'sensor-3'].map(enginePid))
    for (const pid of pids) process.kill(pid, 'SIGSTOP')
    try {
      await waitUntil({
        what: 'no healthy target',
        deadlineSeconds: 30,
        read: () => region.loadBalancer.describe(),
        isDone: ({ targets }) => targets.every((target) => target.state === 'unhealthy'),
      })
      const before = await region.loadBalancer.describe()
      expect(before.failOpen).toBe(true)
      await send()
      const after = await region.loadBalancer.describe()
      expect(after.receivedPackets).toBeGreaterThan(before.receivedPackets)
      expect(after.forwardedPackets - before.forwardedPackets).toBe(after.receivedPackets - before.receivedPackets)
      expect(after.noTargetPackets).toBe(0)
      const fed = after.targets.filter(
        (t, index) => t.forwardedPackets > (before.targets[index]?.forwardedPackets ?? 0),
      )
      expect(fed.length).toBeGreaterThan(1)
    } finally {
      for (const pid of pids) process.kill(pid, 'SIGCONT')
    }
    await waitUntilHealthy(region)
  })
})

describe('the region', () => {
  it('lost no process but the one that was killed on purpose', () => {
    expect(lost).toEqual([expect.stringMatching(/^sensor-1 agent ended by itself with SIGKILL; next start in 1 s/)])
  })
})
