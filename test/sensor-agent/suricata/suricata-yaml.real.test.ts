import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { toSuricataYaml } from '../../../sensor-agent/suricata/suricata-yaml.ts'
import type { EventLines } from '../../support/event-lines.ts'
import { eventually } from '../../support/eventually.ts'
import { type MirroredWire, makeMirroredWire } from '../../support/mirrored-wire.ts'
import { isPhase, makeSupervisedSensor, type SupervisedSensor } from '../../support/supervised-sensor.ts'

let wire: MirroredWire
beforeAll(async () => {
  wire = await makeMirroredWire('yaml')
})
afterAll(async () => {
  await wire?.remove()
})

const curl = (...args: string[]) =>
  wire.atClient(
    'curl',
    '--silent',
    '--show-error',
    '--noproxy',
    '*',
    '--max-time',
    '10',
    '--output',
    '/dev/null',
    ...args,
  )
const lines = (text: string, part: string) => text.split('\n').filter((line) => line.includes(part))

/** A sensor for the tests of one block. */
function useSensor(name: string, captureThreads: number) {
  let sensor: SupervisedSensor
  let supervisor: EventLines
  let pid = 0
  let sentBefore = 0
  const sent = () => Number(wire.atMirror('cat', '/sys/class/net/mirror/statistics/tx_packets'))
  beforeAll(async () => {
    sensor = makeSupervisedSensor(wire, name)
    supervisor = sensor.start({ SENSOR_CAPTURE_THREADS: String(captureThreads) })
    pid = Number((await supervisor.until(isPhase('running'))).pid)
    sentBefore = sent()
  })
  afterAll(async () => {
    await supervisor?.end('SIGTERM')
    sensor?.endEngines()
  })
  return {
    pid: () => pid,
    log: (file: string) => sensor.log(file),
    events: (type: string) => sensor.events(type),
    /** The last counters of one part of the engine. */
    counters: (part: string): Record<string, unknown> => ({
      ...Object(Object(sensor.events('stats').at(-1)?.stats)[part]),
    }),
    /** Frames that the mirror has sent since the sensor was ready. */
    mirrored: () => sent() - sentBefore,
  }
}

describe('toSuricataYaml, read by the real Suricata', () => {
  const sensor = useSensor('one', 1)

  it.each([0, 1, 3])(
    'is accepted without a warning with %i capture threads, whatever its folders are called',
    (threads) => {
      const folder = join(wire.folder, `odd [a]* ?${threads} "q" # :`)
      mkdirSync(join(folder, 'rules'), { recursive: true })
      writeFileSync(join(folder, 'rules', '1.rules'), 'alert dns any any -> any any (msg:"only rule"; sid:5;)\n')
      const yaml = toSuricataYaml({
        interface: 'eth0',
        vnis: [],
        captureThreads: threads,
        ringMebibytes: 16,
        homeNets: ['198.18.0.0/15', 'fd00::/8'],
        logDir: folder,
        stateDir: folder,
        socketPath: join(folder, 'socket'),
        rulesDir: join(folder, 'rules'),
        engineLog: 'stderr-json',
      })
      writeFileSync(join(folder, 'suricata.yaml'), yaml)
      const run = spawnSync('suricata', ['-T', '-c', join(folder, 'suricata.yaml'), '-l', folder], { encoding: 'utf8' })
      const levels = (run.stdout + run.stderr).split('\n').filter((line) => /"(Warning|Error)"/.test(line))
      expect([run.status, levels]).toEqual([0, []])
    },
  )

  it('captures into a ring of the size that was asked for', () => {
    const maps = readFileSync(`/proc/${sensor.pid()}/smaps`, 'utf8').split(/^(?=[0-9a-f]+-[0-9a-f]+ )/m)
    const ring = maps
      .filter((map) => map.includes('socket:['))
      .map((map) => Number(/^Size:\s+(\d+) kB/m.exec(map)?.[1]))
    expect(ring).toEqual([8 * 1024])
  })

  it('runs with the two capabilities that it needs and cannot gain more', () => {
    const status = readFileSync(`/proc/${sensor.pid()}/status`, 'utf8')
    const netAdmin = 1 << 12
    const netRaw = 1 << 13
    const mask = (netAdmin | netRaw).toString(16).padStart(16, '0')
    expect(status).toContain(`CapPrm:\t${mask}`)
    expect(status).toContain(`CapBnd:\t${mask}`)
    expect(status).toContain('NoNewPrivs:\t1')
  })

  it('logs an HTTP exchange in the walkthrough’s format, once, with its body', async () => {
    curl('--header', 'X-Forwarded-For: 192.0.2.7', `http://${wire.serverAddress}/page`)
    const [line = ''] = await eventually('a line in http.log', () => {
      const found = lines(sensor.log('http.log'), '/page')
      return found.length > 0 && found
    })
    expect(line).toMatch(
      /^\d\d\/\d\d\/\d\d-\d\d:\d\d:\d\d\.\d{6} 192\.0\.2\.7 HTTP\/1\.1 GET 198\.18\.81\.2 \/page 200 26 198\.18\.81\.1:\d+ -> 198\.18\.81\.2:80$/,
    )
    await eventually('the body in http-data.log', () => /61 20 62 6F 64 79 20 6F +66/.test(sensor.log('http-data.log')))
    await eventually('the event in eve.json', () => sensor.events('http').length > 0)
    expect(sensor.events('http').map((event) => event.http)).toMatchObject([{ url: '/page', status: 200 }])
    expect(lines(sensor.log('http.log'), '/page')).toHaveLength(1)
  })

  it.each(['1.2', '1.3'])('logs every TLS %s connection once, resumed ones too', async (version) => {
    const before = sensor.events('tls').length
    const close = ['--insecure', '--tls-max', version, '--header', 'Connection: close']
    const url = `https://mirror.example/${version}/page`
    curl(
      ...close,
      '--resolve',
      `mirror.example:443:${wire.serverAddress}`,
      ...[url, '--output', '/dev/null', url, '--output', '/dev/null', url],
    )
    await eventually('three events', () => sensor.events('tls').length >= before + 3)
    const fresh = sensor.events('tls').slice(before)
    expect(new Set(fresh.map((event) => event.src_port)).size).toBe(3)
    expect(fresh.map((event) => event.tls)).toMatchObject(
      Array(3).fill({ sni: 'mirror.example', version: `TLS ${version}` }),
    )
    expect(lines(sensor.log('tls.log'), "SNI='mirror.example'").length).toBe(before + 3)
  })

  it('logs a DNS query and its answer', async () => {
    wire.atClient('dig', '+tries=1', '+time=5', `@${wire.serverAddress}`, 'mirror.example', 'A')
    await eventually('two events', () => sensor.events('dns').length >= 2)
    const asked = sensor.events('dns').map((event) => event.dns)
    expect(asked).toMatchObject([
      { version: 2, type: 'query', rrname: 'mirror.example' },
      { version: 2, type: 'answer', rcode: 'NOERROR' },
    ])
  })

  it('captures what is mirrored, all of it and nothing else', async () => {
    for (let index = 0; index < 20; index += 1) {
      curl('--fail', `http://${wire.serverAddress}/page`)
      sendOwnTraffic()
    }
    const packets = sensor.mirrored()
    expect(packets).toBeGreaterThan(200)
    // Both at once, for they are published one after the other.
    const captured = () => sensor.counters('capture').kernel_packets
    await eventually('all of it', () => captured() === packets && sensor.counters('decoder').vxlan === packets)
    expect(sensor.counters('capture')).toMatchObject({ kernel_drops: 0 })
    expect(sensor.counters('decoder')).toMatchObject({ invalid: 0 })
  })

  it('says "VXLAN traffic detected" once a source a minute, not once a packet', () => {
    const alerts = lines(sensor.log('fast.log'), 'VXLAN traffic detected')
    expect(alerts).toHaveLength(1)
    expect(alerts[0]).toContain(`{UDP} ${wire.mirrorAddress}:`)
    expect(alerts[0]).toContain(`-> ${wire.sensorAddress}:4789`)
    expect(sensor.events('alert')).toHaveLength(1)
  })

  it('joins an envelope that arrives in fragments', async () => {
    const before = sensor.mirrored()
    for (let sent = 0; sent < 5; sent += 1) sendMirrored(8973)
    await eventually('all captured', () => sensor.counters('decoder').vxlan === before + 5)
    expect(sensor.counters('decoder')).toMatchObject({ invalid: 0 })
    expect(sensor.counters('defrag')).toMatchObject({ ipv4: { fragments: 10, reassembled: 5 } })
  })
})

describe('with two capture threads', () => {
  const sensor = useSensor('two', 2)

  it('lets the kernel join the fragments, and captures the whole of a jumbo frame in its envelope', async () => {
    for (let sent = 0; sent < 5; sent += 1) sendMirrored(8973)
    const captured = () => sensor.counters('capture').kernel_packets
    await eventually('all captured', () => captured() === 5 && sensor.counters('decoder').vxlan === 5)
    expect(sensor.counters('decoder')).toMatchObject({ invalid: 0, max_pkt_size: 14 + 20 + 8 + 8 + 14 + 20 + 8 + 8973 })
  })

  it('still alerts once for a source whose packets go to both', async () => {
    for (let index = 0; index < 20; index += 1) curl(`http://${wire.serverAddress}/page`)
    await eventually('all captured', () => sensor.counters('decoder').vxlan === sensor.mirrored() + 5)
    expect(lines(sensor.log('fast.log'), 'VXLAN traffic detected')).toHaveLength(1)
  })
})

/** What a health check and a login look like to the interface: refused connections, and a datagram to another port. */
function sendOwnTraffic(): void {
  const script = `
    const { connect } = require('node:net'); const { createSocket } = require('node:dgram')
    for (const port of [9100, 22]) connect(port, '${wire.sensorAddress}').on('error', () => {})
    const socket = createSocket('udp4'); socket.send('x', 5353, '${wire.sensorAddress}', () => socket.close())`
  wire.atMirror(process.execPath, '-e', script)
}

/** VXLAN (RFC 7348 section 5) around Ethernet, IPv4 and UDP with so much payload. */
function sendMirrored(payloadBytes: number): void {
  const hex = (bytes: number) => bytes.toString(16).padStart(4, '0')
  const headers = [
    '0800000000000700',
    '0200000081010200000081030800',
    `4500${hex(28 + payloadBytes)}000040004011${'0000'}c6125101c6125102`,
    `03e803e9${hex(8 + payloadBytes)}0000`,
  ].join('')
  const script = `
    const packet = Buffer.concat([Buffer.from('${headers}', 'hex'), Buffer.alloc(${payloadBytes}, 'x')])
    const socket = require('node:dgram').createSocket('udp4')
    socket.send(packet, 4789, '${wire.sensorAddress}', () => socket.close())`
  wire.atMirror(process.execPath, '-e', script)
}
