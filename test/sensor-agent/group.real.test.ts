import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Check } from 'typebox/value'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { agentNodeFlags, writeAgentBundle } from '../../infra/agent-bundle.ts'
import { waitUntil } from '../../infra/local/condition.ts'
import { Status } from '../../sensor-agent/serve/status.ts'
import { toAwsEnvironment } from '../support/aws/environment.ts'
import type { Group, GroupCall } from '../support/aws/group-endpoints.ts'
import { eventually } from '../support/eventually.ts'
import { askInside, type LiveAgent, startAgent } from '../support/live-agent.ts'
import { isRunning } from '../support/live-capture.ts'
import { createNamespaces } from '../support/network-namespace.ts'

const folder = mkdtempSync(join(tmpdir(), `mft-group-${process.pid}-`))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const apiPort = 4599
const base = 'http://127.0.0.1:9100'

const environment = {
  ...toAwsEnvironment(`http://127.0.0.1:${apiPort}`),
  SENSOR_ID: 'i-0123456789abcdef0',
  SENSOR_HTTP_HOST: '127.0.0.1',
  SENSOR_INTERFACE: 'mon0',
  SENSOR_CAPTURE_THREADS: '1',
  SENSOR_RING_MEBIBYTES: '2',
  SENSOR_STATE_DIR: join(folder, 'state'),
  SENSOR_LOG_DIR: join(folder, 'log'),
  SENSOR_RULES_DIRS: join(folder, 'rules'),
  SENSOR_AUTO_SCALING_GROUP: 'fleet-sensors',
  SENSOR_LAUNCH_HOOK: 'fleet-launch',
  SENSOR_TERMINATE_HOOK: 'fleet-terminate',
  SENSOR_TARGET_GROUP_ARN:
    'arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/fleet-sensors/0123456789abcdef',
  SENSOR_CLOUDWATCH_NAMESPACE: 'MirrorFleet',
}

/** 100 VXLAN datagrams (RFC 7348), each around a UDP packet of one inner flow. */
const send100 = (inside: readonly string[]): void => {
  const header = '0800000000004d00' + '0200000000020200000000010800'
  const inner = '45000024000000004011' + '0000c6123201c6123301' + '03e8138800100000' + '6d6972726f726564'
  const script = `const s = require('node:dgram').createSocket('udp4'); let left = 100
    const b = Buffer.from('${header}${inner}', 'hex')
    for (let i = 0; i < 100; i++) s.send(b, 4789, '198.18.72.1', () => --left || s.close())`
  expect(spawnSync('ip', [...inside, process.execPath, '-e', script], { timeout: 20_000 }).status).toBe(0)
}

describe('a sensor of an Auto Scaling group', () => {
  const namespaces = createNamespaces(`mft-group-${process.pid}`, ['s', 'b'])
  const inside = namespaces.command('s')
  const calls: GroupCall[] = []
  let endpoints: ChildProcess
  let agent: LiveAgent
  let enginePid = 0

  const completed = (hook: string) =>
    calls.filter((call) => call.action === 'CompleteLifecycleAction' && call.hook === hook && call.effective)
  const change = async (changed: Partial<Group>): Promise<void> => {
    const before = calls.filter(({ action }) => action === 'changed').length
    endpoints.send(changed)
    await eventually('the group to change', () => calls.filter(({ action }) => action === 'changed').length > before)
  }
  const status = async (): Promise<Status> => {
    const body: unknown = JSON.parse((await askInside(inside, `${base}/status`)).body)
    if (!Check(Status, body)) throw new Error(`not a status: ${JSON.stringify(body).slice(0, 300)}`)
    return body
  }
  const waitForPhase = (phase: string, deadlineSeconds = 40) =>
    waitUntil({
      what: `phase ${phase}`,
      deadlineSeconds,
      read: async () => (await status()).group,
      isDone: (group) => group?.phase === phase,
    })
  const readyz = async (): Promise<string> => {
    const { code, body } = await askInside(inside, `${base}/readyz`)
    return `${code}${body.includes('draining') ? ' draining' : ''}`
  }
  const waitForPackets = (packets: number) =>
    waitUntil({
      what: `${packets} packets captured`,
      deadlineSeconds: 20,
      read: async () => (await status()).funnel.find(({ place }) => place === 'af-packet'),
      isDone: (place) => place?.packets === packets,
    })

  beforeAll(async () => {
    namespaces.connect(
      { namespace: 's', interfaceName: 'mon0', address: '198.18.72.1/24', mac: '02:00:00:00:72:01' },
      { namespace: 'b', interfaceName: 'src0', address: '198.18.72.2/24', mac: '02:00:00:00:72:02' },
    )
    namespaces.ip('s', 'address', 'add', '169.254.169.254/32', 'dev', 'lo')
    mkdirSync(environment.SENSOR_RULES_DIRS)
    writeFileSync(join(environment.SENSOR_RULES_DIRS, 'a.rules'), 'alert tcp any any -> any any (msg:"a"; sid:1;)\n')
    const program = fileURLToPath(new URL('../support/aws/group-endpoints.ts', import.meta.url))
    endpoints = spawn('ip', [...inside, process.execPath, program, String(apiPort)], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    endpoints.on('message', (call: GroupCall) => void calls.push(call))
    await eventually('the endpoints to listen', () => calls.some(({ action }) => action === 'listening'))
    const bundle = join(folder, 'agent.mjs')
    await writeAgentBundle(bundle)
    agent = startAgent(inside, environment, [...agentNodeFlags, bundle])
  })
  afterAll(async () => {
    endpoints.kill()
    agent.process.kill('SIGKILL')
    await agent.ended
    if (enginePid > 0 && isRunning(enginePid)) process.kill(enginePid, 'SIGKILL')
    namespaces.remove()
  })

  it('touches no hook before Auto Scaling has said where it goes', async () => {
    await waitUntil({ what: 'ready', deadlineSeconds: 60, read: readyz, isDone: (answer) => answer === '200' })
    const { group, engine } = await status()
    enginePid = engine.pid ?? 0
    expect(group).toMatchObject({ phase: 'unassigned', target: null, faults: [] })
    expect(calls.filter(({ hook }) => hook !== '')).toEqual([])
  })

  it('completes its launch hook once it is ready, and no sooner than the hook waits', async () => {
    await change({ target: 'InService' })
    await eventually('a first attempt', () => calls.some(({ action }) => action === 'CompleteLifecycleAction'))
    await change({ waiting: 'fleet-launch', health: 'healthy' })
    await waitForPhase('serving')
    expect(await readyz()).toBe('200')
    expect(completed('fleet-launch')).toHaveLength(1)
  })

  it('leaves service when its termination begins, and captures on while its target drains', async () => {
    send100(namespaces.command('b'))
    await waitForPackets(100)
    await change({ target: 'Terminated', health: 'draining' })
    await waitUntil({ what: 'draining', deadlineSeconds: 10, read: readyz, isDone: (each) => each === '503 draining' })
    await waitForPhase('draining')
    send100(namespaces.command('b'))
    await waitForPackets(200)
    await eventually('the load balancer to be asked', () =>
      calls.some(({ action }) => action === 'DescribeTargetHealth'),
    )
    expect(isRunning(enginePid)).toBe(true)
    expect(completed('fleet-terminate')).toEqual([])
  })

  it('ends its engine after the drain, with every packet in the logs, and then completes the terminate hook', async () => {
    await change({ health: 'unused', waiting: 'fleet-terminate' })
    await waitForPhase('ended', 90)
    expect(completed('fleet-terminate')).toHaveLength(1)
    expect(isRunning(enginePid)).toBe(false)
    const events = readFileSync(join(environment.SENSOR_LOG_DIR, 'eve.json'), 'utf8').trimEnd().split('\n')
    // One that was cut short is no JSON.
    const flows = events.map((line) => JSON.parse(line)).filter((event) => event.event_type === 'flow')
    const packets = flows.filter(({ src_ip }) => src_ip === '198.18.50.1').map(({ flow }) => flow.pkts_toserver)
    expect(packets.reduce((sum, count) => sum + count, 0)).toBe(200)
    const beats = calls.filter((call) => call.action === 'RecordLifecycleActionHeartbeat')
    expect(beats.some(({ hook }) => hook === 'fleet-terminate')).toBe(true)
  })

  it('stays to say so, and ends as asked', async () => {
    expect((await askInside(inside, `${base}/livez`)).code).toBe(200)
    expect(await readyz()).toBe('503 draining')
    expect(await status()).toMatchObject({ engine: { phase: 'stopped' }, group: { phase: 'ended', faults: [] } })
    agent.process.kill('SIGTERM')
    expect(await agent.ended).toEqual({ code: 0, signal: null })
    expect(agent.log().filter(({ level }) => level === 'error')).toEqual([])
  })
})
