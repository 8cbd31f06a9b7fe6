import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Check } from 'typebox/value'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { waitUntil } from '../../infra/local/condition.ts'
import { metrics } from '../../sensor-agent/metrics.ts'
import { Readiness } from '../../sensor-agent/serve/readiness.ts'
import { Status } from '../../sensor-agent/serve/status.ts'
import { decodeExposition } from '../support/exposition.ts'
import { agentProgram, askInside, type LiveAgent, startAgent } from '../support/live-agent.ts'
import { isRunning } from '../support/live-capture.ts'
import { createNamespaces } from '../support/network-namespace.ts'

const folder = mkdtempSync(join(tmpdir(), `mft-agent-${process.pid}-`))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const environment = {
  SENSOR_ID: 'sensor-1',
  SENSOR_HTTP_HOST: '127.0.0.1',
  SENSOR_INTERFACE: 'mon0',
  SENSOR_CAPTURE_THREADS: '2',
  SENSOR_RING_MEBIBYTES: '2',
  SENSOR_STATE_DIR: join(folder, 'state'),
  SENSOR_LOG_DIR: join(folder, 'log'),
  SENSOR_RULES_DIRS: join(folder, 'rules'),
}

describe('the command line', () => {
  const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    spawnSync(process.execPath, [agentProgram, ...args], {
      env: { PATH: process.env.PATH, ...env },
      encoding: 'utf8',
      timeout: 20_000,
    })

  it('checks good settings, says OK and changes nothing', () => {
    const { status, stdout, stderr } = run(['--check'], environment)
    expect([status, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/^OK: the settings are accepted; nothing was changed\n {2}sensor +sensor-1 in zone local\n/)
    expect(existsSync(environment.SENSOR_STATE_DIR)).toBe(false)
    expect(existsSync(environment.SENSOR_LOG_DIR)).toBe(false)
  })

  it.each([[['--check']], [[]]])('refuses bad settings with every complaint and exit code 2: %j', (args) => {
    const bad = { SENSOR_HTTP_PORT: '80', SENSOR_HTTP_PROT: '81', SENSOR_SAMPLE_SECONDS: '1s' }
    const { status, stdout, stderr } = run(args, bad)
    expect([status, stdout]).toEqual([2, ''])
    for (const name of ['SENSOR_ID', ...Object.keys(bad)]) expect(stderr).toContain(`\n  ${name} is`)
    expect(stderr.split('\n').filter((line) => line.startsWith('  '))).toHaveLength(4)
  })

  it('refuses an unknown option with exit code 2', () => {
    const { status, stderr } = run(['--chekc'], environment)
    expect([status, stderr]).toEqual([2, 'sensor-agent: unknown option "--chekc"; did you mean --check?\n'])
  })

  it('prints help and version without any settings', () => {
    expect(run(['--help'])).toMatchObject({ status: 0, stdout: expect.stringContaining('SENSOR_INTERFACE') })
    expect(run(['--version'])).toMatchObject({ status: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) })
  })
})

describe('an agent with the real engine', () => {
  const namespaces = createNamespaces(`mft-agent-${process.pid}`, ['s', 'b'])
  const inside = namespaces.command('s')
  const base = 'http://127.0.0.1:9100'
  const started: LiveAgent[] = []
  const start = (changed: Readonly<Record<string, string>> = {}): LiveAgent => {
    const agent = startAgent(inside, { ...environment, ...changed })
    started.push(agent)
    return agent
  }
  let agent: LiveAgent
  let enginePid = 0

  const status = async (): Promise<Status> => {
    const body: unknown = JSON.parse((await askInside(inside, `${base}/status`)).body)
    if (!Check(Status, body)) throw new Error(`not a status: ${JSON.stringify(body).slice(0, 300)}`)
    return body
  }
  const waitUntilReady = () =>
    waitUntil({
      what: '/readyz 200',
      deadlineSeconds: 60,
      read: () => askInside(inside, `${base}/readyz`),
      isDone: ({ code }) => code === 200,
    })

  beforeAll(async () => {
    namespaces.connect(
      { namespace: 's', interfaceName: 'mon0', address: '198.18.71.1/24', mac: '02:00:00:00:71:01' },
      { namespace: 'b', interfaceName: 'src0', address: '198.18.71.2/24', mac: '02:00:00:00:71:02' },
    )
    mkdirSync(environment.SENSOR_RULES_DIRS)
    writeFileSync(join(environment.SENSOR_RULES_DIRS, 'a.rules'), 'alert tcp any any -> any any (msg:"a"; sid:1;)\n')
    agent = start()
    await waitUntil({
      what: '/livez',
      deadlineSeconds: 20,
      read: () => askInside(inside, `${base}/livez`),
      isDone: ({ code }) => code === 200,
    })
  })
  afterAll(async () => {
    const pids = [enginePid, (await status().catch(() => undefined))?.engine.pid ?? 0].filter((pid) => pid > 0)
    for (const { process: child } of started) child.kill('SIGKILL')
    for (const pid of pids.filter(isRunning)) process.kill(pid, 'SIGKILL')
    namespaces.remove()
  })

  it('is live before it is ready, and becomes ready once the engine has proved itself', async () => {
    const early = await askInside(inside, `${base}/readyz`)
    expect(early.code).toBe(503)
    expect(Check(Readiness, JSON.parse(early.body))).toBe(true)
    const { body } = await waitUntilReady()
    expect(JSON.parse(body)).toEqual({ status: 'healthy', ready: true, findings: [] })
    const { engine, rules, sources } = await status()
    expect(engine).toMatchObject({ phase: 'running', restarts: 0, adoptions: 0, landlocked: true })
    expect(rules).toMatchObject({ loaded: 2, failed: 0, rejected: [] })
    expect(sources).toEqual([])
    enginePid = engine.pid ?? 0
    expect(isRunning(enginePid)).toBe(true)
  })

  it('exports the whole catalogue in at most 150 series that a strict reader takes', async () => {
    const families = decodeExposition((await askInside(inside, `${base}/metrics`)).body)
    expect(families.map(({ name }) => name)).toEqual(Object.values(metrics).map(({ name }) => name))
    const series = families.flatMap(({ samples }) => samples)
    expect(series.length).toBeLessThanOrEqual(150)
    expect(series.length).toBeGreaterThan(60)
    expect(series).toContainEqual({ name: 'sensor_engine_up', labels: {}, value: 1 })
    // All that a veth and an idle engine can have: only an ENA driver has allowances, threads are opt-in, and no packets
    // are shared neither evenly nor unevenly.
    const empty = families.filter(({ samples }) => samples.length === 0).map(({ name }) => name)
    expect(empty.filter((name) => !/_ena_|_thread_|_imbalance_/.test(name))).toEqual([])
  })

  /** 100 VXLAN datagrams (RFC 7348) around an empty Ethernet frame of IPv4. */
  const send100 = () => {
    const vxlan = '0800000000004d00020000000002020000000001080045000014000000004011' + '0000c6123201c6123301'
    const script = `const s = require('node:dgram').createSocket('udp4'); let left = 100
      const b = Buffer.from('${vxlan}', 'hex')
      for (let i = 0; i < 100; i++) s.send(b, 4789, '198.18.71.1', () => --left || s.close())`
    const sent = spawnSync('ip', [...namespaces.command('b'), process.execPath, '-e', script], { timeout: 20_000 })
    expect(sent.status).toBe(0)
  }
  const expectCaptured = async (packets: number) => {
    const expected = ['sensor_vxlan_packets_total', 'sensor_capture_packets_total']
    const last = await waitUntil({
      what: `${packets} packets captured and decapsulated`,
      deadlineSeconds: 20,
      read: async () => decodeExposition((await askInside(inside, `${base}/metrics`)).body).flatMap((f) => f.samples),
      // The workers hand in what the kernel counted and what they decoded each at its own time: either can be first.
      isDone: (series) =>
        expected.every((each) => series.some(({ name, value }) => name === each && value === packets)),
      describe: (series) =>
        JSON.stringify(series.filter(({ name, value }) => /capture|vxlan|age|decoded/.test(name) && value > 0)),
    })
    expect(last).toContainEqual({ name: 'sensor_capture_loss_ratio', labels: {}, value: 0 })
  }

  it('counts what arrives at the interface as captured, and decapsulates it', async () => {
    send100()
    await expectCaptured(100)
  })

  it('refuses other methods and bodies', async () => {
    expect((await askInside(inside, `${base}/readyz`, '--data', 'x')).code).toBe(405)
    expect((await askInside(inside, `${base}/readyz`, '--request', 'GET', '--data', 'x')).code).toBe(413)
    expect((await askInside(inside, `${base}/`)).code).toBe(404)
  })

  it('does not touch the engine when its port is taken', async () => {
    const state = join(folder, 'other-state')
    const other = start({ SENSOR_STATE_DIR: state })
    expect(await other.ended).toEqual({ code: 1, signal: null })
    expect(other.log().at(-1)?.msg).toMatch(
      /^the agent ends: cannot listen on 127\.0\.0\.1 port 9100 \(EADDRINUSE\): another program listens there; /,
    )
    expect(existsSync(state)).toBe(false)
    expect((await status()).engine.pid).toBe(enginePid)
  })

  it('leaves the engine to the agent that has it', async () => {
    const other = start({ SENSOR_HTTP_PORT: '9200' })
    expect(await other.ended).toEqual({ code: 1, signal: null })
    expect(other.log().at(-1)?.msg).toMatch(/^the agent ends: another agent \(pid \d+\) runs the sensor in /)
    expect((await status()).engine.pid).toBe(enginePid)
  })

  it('looks at the rules at once on SIGHUP, and keeps the good ones when new ones are bad', async () => {
    const waitForRules = (what: string, isDone: (rules: Status['rules']) => boolean) =>
      waitUntil({ what, deadlineSeconds: 60, read: async () => (await status()).rules, isDone })
    writeFileSync(join(environment.SENSOR_RULES_DIRS, 'b.rules'), 'alert udp any any -> any any (msg:"b"; sid:2;)\n')
    agent.process.kill('SIGHUP')
    await waitForRules('the new rule', ({ loaded }) => loaded === 3)
    writeFileSync(join(environment.SENSOR_RULES_DIRS, 'c.rules'), 'alert nonsense\n')
    agent.process.kill('SIGHUP')
    const { loaded, rejected } = await waitForRules('the refusal', ({ rejectedFiles }) => rejectedFiles === 1)
    expect(loaded).toBe(3)
    expect(rejected[0]).toMatchObject({ file: join(environment.SENSOR_RULES_DIRS, 'c.rules'), line: 1 })
    const ready = await askInside(inside, `${base}/readyz`)
    expect([ready.code, JSON.parse(ready.body).findings[0].reason]).toEqual([200, 'rules-rejected'])
    rmSync(join(environment.SENSOR_RULES_DIRS, 'c.rules'))
    agent.process.kill('SIGHUP')
    await waitForRules('the pardon', ({ rejectedFiles }) => rejectedFiles === 0)
    expect((await status()).engine.pid).toBe(enginePid)
  })

  it('leaves the engine capturing when it is killed, and the next agent takes it over', async () => {
    agent.process.kill('SIGKILL')
    await agent.ended
    expect(isRunning(enginePid)).toBe(true)
    agent = start()
    await waitUntilReady()
    const { engine } = await status()
    expect(engine).toMatchObject({ pid: enginePid, restarts: 0, adoptions: 1 })
  })

  it('on SIGUSR2 ends with exit code 0 and leaves the engine to the next agent, without a packet lost', async () => {
    agent.process.kill('SIGUSR2')
    expect(await agent.ended).toEqual({ code: 0, signal: null })
    expect(existsSync(join(environment.SENSOR_STATE_DIR, 'agent.json'))).toBe(false)
    expect(isRunning(enginePid)).toBe(true)
    send100()
    agent = start()
    await waitUntilReady()
    expect((await status()).engine).toMatchObject({ pid: enginePid, restarts: 0, adoptions: 1, landlocked: true })
    await expectCaptured(200)
  })

  it('on SIGTERM leaves service at once, ends the engine, and then itself with exit code 0', async () => {
    agent.process.kill('SIGTERM')
    const answers: string[] = []
    await waitUntil({
      what: 'the last answer',
      deadlineSeconds: 30,
      read: () => askInside(inside, `${base}/readyz`),
      isDone: ({ code, body }) => {
        answers.push(`${code} ${body.includes('draining') ? 'draining' : ''}`)
        return code === 0
      },
    })
    expect(await agent.ended).toEqual({ code: 0, signal: null })
    expect(isRunning(enginePid)).toBe(false)
    // The first one may have been asked before the signal arrived; none after it says that all is well.
    expect(answers.slice(1).filter((answer) => answer.startsWith('200'))).toEqual([])
    expect(answers).toContain('503 draining')
    expect(agent.log().at(-1)?.msg).toBe('ended')
  })
})
