import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { readIdentity } from '../../../sensor-agent/suricata/process-table.ts'
import { type EventLine, type EventLines, startEventLines } from '../../support/event-lines.ts'
import { eventually } from '../../support/eventually.ts'
import { type MirroredWire, makeMirroredWire } from '../../support/mirrored-wire.ts'
import { enginesOf, isPhase, makeSupervisedSensor, type SupervisedSensor } from '../../support/supervised-sensor.ts'

let wire: MirroredWire
let sensor: SupervisedSensor
let started: EventLines[] = []
let count = 0

beforeAll(async () => {
  wire = await makeMirroredWire('sup')
})
afterAll(async () => {
  await wire?.remove()
})
beforeEach(() => {
  count += 1
  started = []
  sensor = makeSupervisedSensor(wire, `s${count}`)
})
afterEach(async () => {
  for (const supervisor of started) await supervisor.end('SIGKILL')
  sensor.endEngines()
})

function start(settings: Readonly<Record<string, string>> = {}): EventLines {
  const supervisor = sensor.start(settings)
  started.push(supervisor)
  return supervisor
}
async function startRunning(settings: Readonly<Record<string, string>> = {}) {
  const supervisor = start(settings)
  const { pid } = await supervisor.until(isPhase('running'))
  return { supervisor, pid: Number(pid) }
}
const curl = (path: string) =>
  wire.atClient(
    'curl',
    '--silent',
    '--noproxy',
    '*',
    '--max-time',
    '5',
    '--output',
    '/dev/null',
    `http://${wire.serverAddress}${path}`,
  )
const requested = (path: string) => sensor.log('http.log').split(` ${path} `).length - 1
const kernelPackets = () => Object(Object(sensor.events('stats').at(-1)?.stats).capture).kernel_packets
const isHeld = (line: EventLine) => line.event === 'held'

describe('an engine that ends', () => {
  it('by SIGKILL is started again after a second, and counted', async () => {
    const { supervisor, pid } = await startRunning()
    process.kill(pid, 'SIGKILL')
    expect(await supervisor.until(isPhase('waiting'))).toMatchObject({ restarts: 1, pid: null })
    const again = await supervisor.until(isPhase('running'))
    expect(again).toMatchObject({ restarts: 1, adopted: false })
    expect(again.pid).not.toBe(pid)
    expect(enginesOf(sensor.stateDir)).toEqual([again.pid])
    curl('/after')
    await eventually('the new engine captures', () => requested('/after') === 1)
  })

  it('at once, for a reason that it gives, is started again at growing distances', async () => {
    const supervisor = start({ SENSOR_INTERFACE: 'absent0' })
    const ended = await supervisor.until((line) => line.message === 'engine has ended')
    expect(JSON.stringify(ended)).toContain('absent0')
    await supervisor.until(isPhase('waiting'))
    expect(await supervisor.until(isPhase('waiting'))).toMatchObject({ restarts: 2 })
    await supervisor.end('SIGTERM')
    expect(supervisor.seen.at(-1)).toMatchObject({ event: 'ended', phase: 'stopped' })
    expect(enginesOf(sensor.stateDir)).toEqual([])
  })

  it('because it hangs is replaced with SIGKILL, which SIGTERM cannot do', async () => {
    const { supervisor, pid } = await startRunning()
    process.kill(pid, 'SIGSTOP')
    supervisor.child.kill('SIGUSR1')
    await supervisor.until(isPhase('terminating'))
    await supervisor.until(isPhase('killing'))
    const again = await supervisor.until(isPhase('running'))
    expect(again).toMatchObject({ restarts: 1 })
    expect(enginesOf(sensor.stateDir)).toEqual([again.pid])
  })
})

describe('an engine on a kernel without Landlock', () => {
  it('captures, and that it is not confined is said and shown', async () => {
    // What Suricata 7.0.10 prints there; this kernel has Landlock.
    const binary = join(wire.folder, 'suricata')
    const said = "E: landlock: Can't create landlock ruleset"
    writeFileSync(binary, `#!/bin/sh\necho "${said}" >&2\nexec /usr/bin/suricata "$@"\n`, { mode: 0o755 })
    const supervisor = start({ SENSOR_SURICATA_BINARY: binary })
    const warned = await supervisor.until((line) => String(line.message).includes('without Landlock'))
    expect(warned).toMatchObject({ level: 'warn' })
    expect(await supervisor.until(isPhase('running'))).toMatchObject({ landlocked: false })
    await supervisor.end('SIGTERM')
  })
})

describe('an agent that ends', () => {
  it('by SIGKILL leaves the engine capturing, and the next one adopts it without a packet lost', async () => {
    const first = await startRunning()
    await eventually('counters', () => kernelPackets() === 0)
    const sentBefore = Number(wire.atMirror('cat', '/sys/class/net/mirror/statistics/tx_packets'))
    curl('/before')
    await first.supervisor.end('SIGKILL')
    for (let index = 0; index < 10; index += 1) curl('/between')
    const second = start()
    const held = { phase: 'running', pid: first.pid, adopted: true, adoptions: 1, restarts: 0 }
    expect(await second.until(isHeld)).toMatchObject(held)
    curl('/after')
    const sent = Number(wire.atMirror('cat', '/sys/class/net/mirror/statistics/tx_packets')) - sentBefore
    await eventually('every packet counted', () => kernelPackets() === sent)
    await eventually('every request logged', () => requested('/after') === 1)
    expect([requested('/before'), requested('/between')]).toEqual([1, 10])
    // Adopted a second time, by the record that the second agent has written.
    await second.end('SIGHUP')
    expect(await start().until(isHeld)).toMatchObject({ pid: first.pid, adopted: true })
  })

  it('takes nothing with it that the engine hangs on', async () => {
    const { pid } = await startRunning()
    const [, , , , , session] = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/\(.*\)/, '()')
      .split(' ')
    expect(Number(session)).toBe(pid)
    const output = join(sensor.stateDir, 'suricata.output')
    expect([0, 1, 2].map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`))).toEqual(['/dev/null', output, output])
  })

  it('before it has written its record is no reason to start a second engine', async () => {
    const first = await startRunning()
    await first.supervisor.end('SIGKILL')
    rmSync(join(sensor.stateDir, 'process.json'))
    expect(await start().until(isHeld)).toMatchObject({ pid: first.pid, adopted: true })
    expect(enginesOf(sensor.stateDir)).toEqual([first.pid])
  })

  it('while the engine loads is followed by one that waits for the engine', async () => {
    const first = start()
    const { pid } = await first.until(isPhase('starting'))
    await first.end('SIGKILL')
    const second = start()
    expect(await second.until(isHeld)).toMatchObject({ pid, adopted: true, phase: 'starting' })
    expect(await second.until(isPhase('running'))).toMatchObject({ pid })
  })

  it('on request ends its engine, and leaves neither record nor lock', async () => {
    const { supervisor } = await startRunning()
    await supervisor.end('SIGTERM')
    expect(enginesOf(sensor.stateDir)).toEqual([])
    expect(existsSync(join(sensor.stateDir, 'process.json'))).toBe(false)
    await startRunning()
  })
})

describe('a full disk', () => {
  it('keeps neither a crashed engine nor a new agent from starting', async () => {
    mkdirSync(sensor.stateDir)
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'mft-full', sensor.stateDir])
    try {
      const first = await startRunning()
      spawnSync('dd', ['if=/dev/zero', `of=${join(sensor.stateDir, 'fill')}`, 'bs=4k'], { stdio: 'ignore' })
      expect(() => writeFileSync(join(sensor.stateDir, 'more'), 'more')).toThrow('ENOSPC')
      process.kill(first.pid, 'SIGKILL')
      const { pid } = await first.supervisor.until(isPhase('running'))
      await first.supervisor.end('SIGKILL')
      process.kill(Number(pid), 'SIGKILL')
      await startRunning()
    } finally {
      for (const supervisor of started) await supervisor.end('SIGKILL')
      sensor.endEngines()
      await eventually('unmounted', () => spawnSync('umount', [sensor.stateDir]).status === 0)
    }
  })
})

describe('an adopted engine', () => {
  it('that ends is started again, though it is no child', async () => {
    const first = await startRunning()
    await first.supervisor.end('SIGKILL')
    const second = start()
    await second.until(isHeld)
    process.kill(first.pid, 'SIGKILL')
    expect(await second.until(isPhase('running'))).toMatchObject({ restarts: 1, adopted: false })
  })

  it('is ended with its agent', async () => {
    const first = await startRunning()
    await first.supervisor.end('SIGKILL')
    const second = start()
    await second.until(isHeld)
    await second.end('SIGTERM')
    expect(enginesOf(sensor.stateDir)).toEqual([])
  })

  it('with other settings is replaced', async () => {
    const first = await startRunning()
    await first.supervisor.end('SIGKILL')
    const second = start({ SENSOR_RING_MEBIBYTES: '4' })
    expect(await second.until(isHeld)).toMatchObject({ phase: 'running', pid: first.pid, adoptions: 1 })
    expect(await second.until(isPhase('terminating'))).toMatchObject({ pid: first.pid, rejection: null })
    const replaced = await second.until(isPhase('running'))
    expect(replaced).toMatchObject({ restarts: 0, adopted: false })
    expect(enginesOf(sensor.stateDir)).toEqual([replaced.pid])
  })

  it('keeps capturing when the new settings are refused, and says so', async () => {
    const first = await startRunning()
    await first.supervisor.end('SIGKILL')
    // Everything is ours, so that nothing is left for the group of all others.
    const second = start({ SENSOR_HOME_NETS: '0.0.0.0/0' })
    await second.until(isHeld)
    second.child.kill('SIGUSR2')
    const { shown } = await second.until((line) => line.event === 'rules', 60)
    expect(shown).toMatchObject({ inForce: 'oldSettings', files: 1, faults: [{ file: '(engine)' }] })
    expect(JSON.stringify(shown)).toContain('EXTERNAL_NET')
    expect(enginesOf(sensor.stateDir)).toEqual([first.pid])
    curl('/still')
    await eventually('the old engine captures', () => requested('/still') === 1)
  })

  it('that hangs is not given the time of a start: it has been up before', async () => {
    const first = await startRunning()
    await first.supervisor.end('SIGKILL')
    process.kill(first.pid, 'SIGSTOP')
    const second = start()
    expect(await second.until(isHeld)).toMatchObject({ phase: 'running', pid: first.pid })
    second.child.kill('SIGUSR1')
    expect(await second.until(isPhase('running'))).toMatchObject({ restarts: 1, adopted: false })
  })

  it('is no process that only a record calls ours', async () => {
    const first = await startRunning()
    await first.supervisor.end('SIGTERM')
    const stranger = spawn('sleep', ['60'], { stdio: 'ignore' })
    const identity = await readIdentity(stranger.pid ?? 0)
    const record = { ...identity, rulesFingerprint: null, ready: true }
    writeFileSync(join(sensor.stateDir, 'process.json'), JSON.stringify(record))
    const second = await startRunning()
    expect(second.pid).not.toBe(stranger.pid)
    expect([stranger.exitCode, stranger.signalCode]).toEqual([null, null])
    stranger.kill('SIGKILL')
  })

  it('is another process than one that only has its pid', async () => {
    const first = await startRunning()
    await first.supervisor.end('SIGTERM')
    const pid = process.pid
    const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    const record = { pid, startTicks: 1, bootId, rulesFingerprint: null, ready: true }
    writeFileSync(join(sensor.stateDir, 'process.json'), JSON.stringify(record))
    const second = await startRunning()
    expect(second.pid).not.toBe(pid)
  })
})

describe('a second agent', () => {
  it('on the same sensor is refused, and told who holds it', async () => {
    const { supervisor, pid } = await startRunning()
    const second = start()
    const refusal = await second.until((line) => line.event === 'failed')
    expect(refusal.message).toBe(
      `another agent (pid ${supervisor.child.pid}) runs the sensor in ${sensor.stateDir}; one agent a sensor is ` +
        'allowed; stop that one, or give this one a SENSOR_STATE_DIR of its own',
    )
    expect(enginesOf(sensor.stateDir)).toEqual([pid])
  })

  it('is refused from another network namespace too', async () => {
    const { supervisor } = await startRunning()
    const program = fileURLToPath(new URL('../../support/supervisor-process.ts', import.meta.url))
    const elsewhere = startEventLines(process.execPath, [program], {
      SENSOR_ID: 'elsewhere',
      SENSOR_INTERFACE: 'lo',
      SENSOR_STATE_DIR: sensor.stateDir,
      SENSOR_LOG_DIR: sensor.logDir,
    })
    started.push(elsewhere)
    const refusal = await elsewhere.until((line) => line.event === 'failed')
    expect(refusal.message).toContain(`another agent (pid ${supervisor.child.pid})`)
  })
})

describe('rules', () => {
  const rule = (name: string, sid: number) =>
    `alert http any any -> any any (msg:"${name}"; http.uri; content:"/${name}"; sid:${sid};)\n`
  const broken = 'alert http any any -> any any (msg:"broken"; contnt:"x"; sid:7;)\n'
  const look = async (supervisor: EventLines) => {
    supervisor.child.kill('SIGUSR2')
    return supervisor.until((line) => line.event === 'rules')
  }
  const alerts = (name: string) => sensor.log('fast.log').split(`] ${name} [`).length - 1

  it('that are new are loaded by the running engine', async () => {
    const { supervisor, pid } = await startRunning()
    expect(await look(supervisor)).toMatchObject({ kind: 'unchanged' })
    writeFileSync(join(sensor.rulesDir, 'a.rules'), rule('fresh', 5))
    expect(await look(supervisor)).toMatchObject({ kind: 'reloaded' })
    curl('/fresh')
    await eventually('the alert', () => alerts('fresh') === 1)
    expect(enginesOf(sensor.stateDir)).toEqual([pid])
  })

  it('that are broken are reported with file and line, and the last good ones stay in force', async () => {
    writeFileSync(join(sensor.rulesDir, 'a.rules'), rule('good', 5))
    const { supervisor } = await startRunning()
    const b = join(sensor.rulesDir, 'b.rules')
    writeFileSync(b, `# a comment\n${rule('other', 6)}${broken}`)
    expect(await look(supervisor)).toMatchObject({
      kind: 'refused',
      rejection: {
        inForce: 'lastGood',
        files: 1,
        faults: [{ file: b, line: 3, message: "unknown rule keyword 'contnt'." }],
      },
    })
    curl('/good')
    curl('/other')
    await eventually('the alert of the good rule', () => alerts('good') === 1)
    expect(alerts('other')).toBe(0)
    writeFileSync(b, rule('other', 6))
    expect(await look(supervisor)).toMatchObject({ kind: 'reloaded' })
    curl('/other')
    await eventually('the alert of the mended rule', () => alerts('other') === 1)
  })

  it('that were broken from the first do not keep the sensor from starting on the others', async () => {
    writeFileSync(join(sensor.rulesDir, 'a.rules'), broken)
    writeFileSync(join(sensor.rulesDir, 'b.rules'), rule('good', 5))
    const supervisor = start()
    const running = await supervisor.until(isPhase('running'))
    expect(running.rejection).toMatchObject({ inForce: 'withoutRefused', files: 1, faults: [{ line: 1 }] })
    curl('/good')
    await eventually('the alert', () => alerts('good') === 1)
  })

  it('that the engine cannot load are shown until it has', async () => {
    const { supervisor, pid } = await startRunning()
    process.kill(pid, 'SIGSTOP')
    writeFileSync(join(sensor.rulesDir, 'a.rules'), rule('waiting', 5))
    expect(await look(supervisor)).toMatchObject({ kind: 'pending', shown: { inForce: 'notLoaded', files: 1 } })
    process.kill(pid, 'SIGCONT')
    expect(await look(supervisor)).toMatchObject({ kind: 'reloaded', shown: null })
  })

  it('that changed while no agent looked are loaded by the adopted engine', async () => {
    const first = await startRunning()
    await first.supervisor.end('SIGKILL')
    writeFileSync(join(sensor.rulesDir, 'a.rules'), rule('late', 5))
    const second = start()
    await second.until(isHeld)
    expect(await look(second)).toMatchObject({ kind: 'reloaded' })
    curl('/late')
    await eventually('the alert', () => alerts('late') === 1)
  })
})
