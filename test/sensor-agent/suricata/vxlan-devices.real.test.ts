import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { waitUntil } from '../../../infra/local/condition.ts'
import { monotonicClock as clock } from '../../../sensor-agent/read/clock.ts'
import { openSuricataSocket } from '../../../sensor-agent/read/suricata-socket.ts'
import { toCaptureFilter } from '../../../sensor-agent/suricata/capture-filter.ts'
import { toStatePaths } from '../../../sensor-agent/suricata/suricata-settings.ts'
import type { EventLine } from '../../support/event-lines.ts'
import { eventually } from '../../support/eventually.ts'
import { toHttpFrames, toVxlanPayload } from '../../support/http-frames.ts'
import { type AgentEnvironment, askInside, startAgent } from '../../support/live-agent.ts'
import { type MirroredWire, makeMirroredWire } from '../../support/mirrored-wire.ts'
import { enginesOf, isPhase, makeSupervisedSensor, type SupervisedSensor } from '../../support/supervised-sensor.ts'

const sender = fileURLToPath(new URL('../../support/datagram-sender.ts', import.meta.url))
const outerPorts = [65408, 65409]
const kernel = { SENSOR_DECAPSULATION: 'kernel', SENSOR_VNIS: '7,16777215', SENSOR_CAPTURE_THREADS: '2' }

let wire: MirroredWire
let sensor: SupervisedSensor
let stop: (() => Promise<void>)[] = []
let count = 0

beforeAll(async () => {
  wire = await makeMirroredWire('kern')
})
afterAll(async () => {
  await wire?.remove()
})
beforeEach(() => {
  count += 1
  stop = []
  sensor = makeSupervisedSensor(wire, `k${count}`)
})
afterEach(async () => {
  for (const each of stop) await each()
  sensor.endEngines()
  for (const name of devices()) inSensor('ip', 'link', 'delete', name)
})

function inSensor(...command: string[]): string {
  const { status, stdout, stderr } = spawnSync('ip', wire.inSensor(...command), { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command.join(' ')}: ${stderr}`)
  return stdout
}
const devices = (): string[] =>
  JSON.parse(inSensor('ip', '-json', 'link', 'show', 'type', 'vxlan')).flatMap(({ ifname }: { ifname?: string }) =>
    ifname === undefined ? [] : [ifname],
  )
const indexOf = (name: string) => inSensor('cat', `/sys/class/net/${name}/ifindex`)
const deviceCount = (name: string, counter: string) =>
  Number(inSensor('cat', `/sys/class/net/${name}/statistics/${counter}`))

function start(settings: Readonly<Record<string, string>> = {}) {
  const supervisor = sensor.start({ ...kernel, ...settings })
  stop.push(() => supervisor.end('SIGKILL'))
  return supervisor
}
async function startRunning(settings: Readonly<Record<string, string>> = {}) {
  const supervisor = start(settings)
  const { pid } = await supervisor.until(isPhase('running'))
  return { supervisor, pid: Number(pid) }
}

interface Datagram {
  readonly port: number
  readonly payload: Uint8Array
}
function send(datagrams: readonly Datagram[]): void {
  const file = join(wire.folder, 'datagrams')
  const lines = datagrams.map(({ port, payload }) => `${port} ${Buffer.from(payload).toString('hex')}\n`)
  writeFileSync(file, lines.join(''))
  wire.atMirror(process.execPath, sender, wire.sensorAddress, file)
}
/** The same exchanges for any VNI: equal addresses, ports and sequence numbers. Both directions of a flow on one outer port. */
const toExchanges = (vni: number, flows: number): Datagram[] =>
  Array.from({ length: flows }, (_, flow) =>
    toHttpFrames(40000 + flow, `/${flow}`).map((frame) => ({
      port: outerPorts[flow % 2] ?? 0,
      payload: toVxlanPayload(vni, frame),
    })),
  ).flat()

const isHeld = (line: EventLine) => line.event === 'held'
const numbers = (events: readonly EventLine[], vni: string) => events.filter((event) => event.in_iface === vni).length
const capture = () => Object(Object(sensor.events('stats').at(-1)?.stats).capture)
const decoder = () => Object(Object(sensor.events('stats').at(-1)?.stats).decoder)

describe('the kernel that decapsulates', () => {
  it('keeps tenants of equal addresses apart, names their VNI, and counts every packet once', async () => {
    const { supervisor } = await startRunning()
    const flows = 50
    const exchanges = [7, 16777215, 9].map((vni) => toExchanges(vni, flows))
    const [seven = [], big = [], unknown = []] = exchanges
    // Packet by packet, so that their connections are open at the same time.
    send(seven.flatMap((datagram, index) => [datagram, big[index] ?? datagram, unknown[index] ?? datagram]))
    await eventually('all packets', () => capture().kernel_packets === 3 * flows * 8)
    await eventually('all requests', () => sensor.events('http').length >= 3 * flows)
    for (const name of ['vni7', 'vni16777215', 'eth0']) expect(numbers(sensor.events('http'), name)).toBe(flows)
    expect([deviceCount('vni7', 'rx_packets'), deviceCount('vni16777215', 'rx_packets')]).toEqual([400, 400])
    // Only what no device claims is opened by the engine.
    expect(decoder()).toMatchObject({ vxlan: flows * 8, invalid: 0 })
    await supervisor.end('SIGTERM')
    const flowEvents = sensor.events('flow').filter(({ proto }) => proto === 'TCP')
    for (const name of ['vni7', 'vni16777215', 'eth0']) expect(numbers(flowEvents, name)).toBe(flows)
    expect(capture()).toMatchObject({ kernel_packets: 3 * flows * 8, kernel_drops: 0 })
  })

  it('has a filter that compiles to less than the 4096 instructions that a socket takes, with as many VNIs as there may be', () => {
    const vnis = Array.from({ length: 64 }, (_, index) => 16_777_215 - 1000 * index)
    const program = inSensor('dumpcap', '-d', '-i', wire.sensorInterface, '-f', toCaptureFilter(vnis))
    const instructions = program.split('\n').filter((line) => /^\(\d+\)/.test(line)).length
    expect(instructions).toBeGreaterThan(64)
    expect(instructions).toBeLessThan(1000)
  })

  it('lets two workers share the flows of one outer port', async () => {
    await startRunning({ SENSOR_VNIS: '7' })
    send(toExchanges(7, 100).map((datagram) => ({ ...datagram, port: 65408 })))
    await eventually('all packets', () => capture().kernel_packets === 800)
    const [one = 0, other = 0] = await askWorkers('-vni7')
    expect(Math.min(one, other)).toBeGreaterThan(200)
    expect(one + other).toBe(800)
  })

  it('leaves to the engine what the kernel would lose without a word, once', async () => {
    await startRunning()
    const [frame = new Uint8Array()] = toHttpFrames(40000, '/')
    const sound = toVxlanPayload(7, frame)
    const withoutFlag = sound.with(0, 0)
    const withReservedBits = sound.with(7, 1)
    const short = [0, 4, 8, 12, 21].map((bytes) => sound.subarray(0, bytes))
    const payloads = [sound, withoutFlag, withReservedBits, ...short]
    send(payloads.map((payload) => ({ port: 65408, payload })))
    // Reserved bits are the device's to refuse: it counts them.
    await eventually('all but one', () => capture().kernel_packets === payloads.length - 1)
    expect([deviceCount('vni7', 'rx_packets'), deviceCount('vni7', 'rx_errors')]).toEqual([1, 1])
  })

  it('joins the fragments of an envelope, for a device and for the rest, with one thread asked for', async () => {
    await startRunning({ SENSOR_CAPTURE_THREADS: '1' })
    const [, , , , response = new Uint8Array()] = toHttpFrames(40000, '/')
    const jumbo = new Uint8Array(8973)
    jumbo.set(response)
    const payloads = [7, 9].map((vni) => toVxlanPayload(vni, jumbo))
    send(payloads.flatMap((payload) => [payload, payload].map((each) => ({ port: 65408, payload: each }))))
    await eventually('two of each', () => capture().kernel_packets === 4 && decoder().vxlan === 2)
    expect(deviceCount('vni7', 'rx_packets')).toBe(2)
  })

  it('takes nothing of a tenant in for itself', async () => {
    await startRunning()
    // Pings to the sensor's own address, one to every station and one to the device itself.
    const stations = ['ffffffffffff', inSensor('cat', '/sys/class/net/vni7/address').trim().replaceAll(':', '')]
    const ip = Buffer.from('4500001c0000000040010000c6125201c6125202', 'hex')
    ip.writeUInt16BE(internetSum(ip), 10)
    const pings = stations.map((station) =>
      Buffer.concat([Buffer.from(`${station}02000000aa010800`, 'hex'), ip, Buffer.from('0800f7ff00000000', 'hex')]),
    )
    const before = echoesTaken()
    send(pings.map((ping) => ({ port: 65408, payload: toVxlanPayload(7, ping) })))
    await eventually('both', () => capture().kernel_packets === 2)
    expect(echoesTaken()).toBe(before)
  })
})

describe('the devices', () => {
  it('stay with the engine when the agent is killed, and the next agent adopts both', async () => {
    const first = await startRunning()
    const before = devices().map(indexOf)
    await first.supervisor.end('SIGKILL')
    send(toExchanges(7, 10))
    const second = start()
    expect(await second.until(isHeld)).toMatchObject({ pid: first.pid, adopted: true, adoptions: 1 })
    send(toExchanges(16777215, 10))
    await eventually('all packets', () => capture().kernel_packets === 160)
    expect(devices().map(indexOf)).toEqual(before)
    expect(enginesOf(sensor.stateDir)).toEqual([first.pid])
    await second.end('SIGTERM')
    expect(devices()).toEqual([])
  })

  it('follow the settings', async () => {
    const first = await startRunning()
    expect(devices()).toEqual(['vni7', 'vni16777215'])
    const kept = indexOf('vni7')
    await first.supervisor.end('SIGHUP')
    // The engine with the old settings runs on until those of today have passed.
    const isReplaced = (line: EventLine) => isPhase('running')(line) && line.adopted === false
    const second = start({ SENSOR_VNIS: '7,8' })
    await second.until(isReplaced)
    expect(devices()).toEqual(['vni7', 'vni8'])
    expect(indexOf('vni7')).toBe(kept)
    await second.end('SIGHUP')
    await start({ SENSOR_DECAPSULATION: 'suricata' }).until(isReplaced)
    expect(devices()).toEqual([])
  })

  it('that cannot be made are a fault that is tried again, and another one’s device is left alone', async () => {
    inSensor('ip', 'link', 'add', 'other', 'type', 'vxlan', 'id', '7', 'dstport', '4789')
    const supervisor = start()
    const failure = await supervisor.until((line) => line.message === 'the engine could not be started')
    expect(JSON.stringify(failure)).toContain('does another device have this VNI on port 4789')
    expect(devices()).toContain('other')
    inSensor('ip', 'link', 'delete', 'other')
    await supervisor.until(isPhase('running'))
    expect(devices()).toEqual(['vni7', 'vni16777215'])
  })

  it('that were removed under a running engine are made again by the next agent', async () => {
    const first = await startRunning()
    await first.supervisor.end('SIGKILL')
    inSensor('ip', 'link', 'delete', 'vni7')
    await start().until(isHeld)
    expect([...devices()].sort()).toEqual(['vni16777215', 'vni7'])
    await eventually('a packet on the new device', () => {
      send(toExchanges(7, 1))
      return numbers(sensor.events('http'), 'vni7') > 0
    })
  })

  it('take no address of their own', async () => {
    await startRunning()
    expect(inSensor('ip', '-brief', 'address', 'show', 'dev', 'vni7').trim().split(/\s+/)).toHaveLength(2)
    expect(inSensor('ethtool', '-k', 'vni7')).toContain('generic-receive-offload: off')
    expect(inSensor('ip', 'link', 'show', 'vni7')).toContain('NOARP,UP')
  })
})

describe('an agent whose kernel decapsulates', () => {
  it('counts devices and interface as one capture, reloads rules on SIGHUP, and cleans up', async () => {
    const environment: AgentEnvironment = {
      ...kernel,
      ...{ SENSOR_ID: 'kernel', SENSOR_HTTP_HOST: '127.0.0.1', SENSOR_INTERFACE: wire.sensorInterface },
      ...{ SENSOR_RING_MEBIBYTES: '8', SENSOR_STATE_DIR: sensor.stateDir, SENSOR_LOG_DIR: sensor.logDir },
      ...{ SENSOR_RULES_DIRS: sensor.rulesDir, SENSOR_WINDOW_SECONDS: '60' },
    }
    const agent = startAgent(wire.inSensor(), environment)
    stop.push(async () => {
      agent.process.kill('SIGKILL')
      await agent.ended
    })
    const wait = (what: string, path: string, isDone: (answer: { code: number; body: string }) => boolean) =>
      waitUntil({
        what,
        deadlineSeconds: 60,
        read: () => askInside(wire.inSensor(), `http://127.0.0.1:9100${path}`),
        isDone,
      })
    await wait('ready', '/readyz', ({ code }) => code === 200)
    send([...toExchanges(7, 50), ...toExchanges(9, 50)])
    const settled = await wait('all packets in the funnel', '/status', ({ body }) =>
      body.includes('{"place":"af-packet","packets":800,"drops":0}'),
    )
    const status = JSON.parse(settled.body)
    expect(status.funnel).toContainEqual({ place: 'vxlan-device', packets: 400, drops: 0 })
    expect(status.sources).toEqual([])
    await wait('all received', '/status', ({ body }) => {
      const { receivedPackets } = JSON.parse(body).window
      // The curls of this test are the node's own, counted a little before or after.
      return receivedPackets >= 800 && receivedPackets < 820
    })
    const rule = 'alert http any any -> any any (msg:"tenant"; http.uri; content:"/"; sid:5;)\n'
    writeFileSync(join(sensor.rulesDir, 'a.rules'), rule)
    agent.process.kill('SIGHUP')
    await wait('the new rule', '/status', ({ body }) => JSON.parse(body).rules.loaded === 2)
    expect(readFileSync(join(sensor.stateDir, 'suricata.yaml'), 'utf8')).toContain('interface: "vni7"')
    agent.process.kill('SIGTERM')
    expect(await agent.ended).toEqual({ code: 0, signal: null })
    expect(devices()).toEqual([])
  })
})

/** Pings that the sensor has taken in. */
function echoesTaken(): number {
  const [names = [], values = []] = inSensor('cat', '/proc/net/snmp')
    .split('\n')
    .filter((line) => line.startsWith('Icmp:'))
    .map((line) => line.split(' '))
  return Number(values[names.indexOf('InEchos')])
}

/** RFC 1071. */
function internetSum(bytes: Uint8Array): number {
  let sum = 0
  for (let at = 0; at < bytes.length; at += 2) sum += ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return ~sum & 0xffff
}

/** Packets that each worker of a device captured, from the engine itself. */
async function askWorkers(device: string): Promise<readonly number[]> {
  const { ask, close } = openSuricataSocket({
    path: toStatePaths(sensor.stateDir).socket,
    deadlineSeconds: 5,
    clock,
  })
  const counters = await ask('dump-counters')
  close()
  if (!counters.ok) throw new Error(counters.fault)
  return counters.value.workers.filter(({ thread }) => thread.endsWith(device)).map((worker) => worker.capturePackets)
}
