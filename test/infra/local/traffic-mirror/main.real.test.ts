import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { MirrorReport } from '../../../../infra/local/traffic-mirror/mirror-report.ts'
import type { MirrorSettings } from '../../../../infra/local/traffic-mirror/settings.ts'
import { isRunning, type LiveCapture, startCapture, stopProcess, waitFor } from '../../../support/live-capture.ts'
import { mirrorSession, mirrorSettings } from '../../../support/mirror-settings.ts'
import { createNamespaces } from '../../../support/network-namespace.ts'

/*
 *   peer ── eth0 of source ── (mirror) ── mirror0 of source ── collector
 *   198.18.201.1   198.18.201.2              198.18.202.2        198.18.202.1
 */
const PEER = '198.18.201.1'
const main = fileURLToPath(new URL('../../../../infra/local/traffic-mirror/main.ts', import.meta.url))
const traffic = fileURLToPath(new URL('../../../support/mirrored-traffic.ts', import.meta.url))
/** All but UDP port 9000 of the peer. */
const anywhere = { sourceCidr: '0.0.0.0/0', destinationCidr: '0.0.0.0/0' } as const
const port9000 = { fromPort: 9000, toPort: 9000 }
const rules: MirrorSettings['sessions'][number]['filter']['rules'] = [
  { direction: 'ingress', number: 10, action: 'reject', protocol: 17, ...anywhere, sourcePorts: port9000 },
  { direction: 'ingress', number: 20, action: 'accept', ...anywhere },
  { direction: 'egress', number: 10, action: 'reject', protocol: 17, ...anywhere, destinationPorts: port9000 },
  { direction: 'egress', number: 20, action: 'accept', ...anywhere },
]
const settings = mirrorSettings({
  ...{ sourceAddress: '198.18.201.2', resolverAddress: PEER },
  ...{ outerSourceMac: '02:00:00:00:02:02', outerDestinationMac: '02:00:00:00:02:01' },
  sessions: [
    mirrorSession({
      ...{ targetAddress: '198.18.202.1', virtualNetworkId: 4242 },
      filter: { rules, networkServices: ['amazon-dns'] },
    }),
  ],
})

let namespaces: ReturnType<typeof createNamespaces>
let server: ChildProcess | undefined
const mirrors: ChildProcess[] = []
const captures: LiveCapture[] = []

const inNamespace = (name: string, ...args: string[]) => namespaces.command(name, process.execPath, ...args)

interface RunningMirror {
  readonly child: ChildProcess
  readonly output: () => string
  readonly errors: () => string
  readonly exitCode: Promise<number | null>
}

async function startMirror(given: MirrorSettings | string = settings): Promise<RunningMirror> {
  const json = typeof given === 'string' ? given : JSON.stringify(given)
  const child = spawn('ip', inNamespace('source', main, '--session', json), {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  mirrors.push(child)
  let [output, errors, ended] = ['', '', false]
  // Not the child's own 'close': it never comes once we have closed the channel.
  const ends = [child.stdout, child.stderr].map((stream) => new Promise((resolve) => stream?.once('close', resolve)))
  child.stdout?.on('data', (chunk) => {
    output += chunk
  })
  child.stderr?.on('data', (chunk) => {
    errors += chunk
  })
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const exitCode = Promise.all([exited, ...ends]).then(([code]) => {
    ended = true
    return code
  })
  await waitFor(
    () => output.includes('{"ready":true}\n') || ended,
    () => `the mirror did not start: ${errors}`,
  )
  return { child, output: () => output, errors: () => errors, exitCode }
}

async function capture(namespace: string, interfaceName: string, filter: string, fields: readonly string[]) {
  const started = await startCapture(namespaces.command(namespace), interfaceName, filter, fields)
  captures.push(started)
  return started
}

const lastReport = (mirror: RunningMirror): MirrorReport =>
  JSON.parse(mirror.output().trimEnd().split('\n').at(-1) ?? '')

const askPeer = (requests: number, datagrams: number) => {
  const args = inNamespace('source', traffic, 'ask', PEER, String(requests), String(datagrams))
  return spawnSync('ip', args, { encoding: 'utf8', timeout: 60_000 })
}

beforeAll(() => {
  namespaces = createNamespaces(`mft-mirror-${process.pid}`, ['source', 'peer', 'collector'])
})

beforeEach(async () => {
  namespaces.connect(
    { namespace: 'source', interfaceName: 'eth0', address: '198.18.201.2/24', mac: '02:00:00:00:01:02' },
    { namespace: 'peer', interfaceName: 'peer0', address: `${PEER}/24`, mac: '02:00:00:00:01:01' },
  )
  namespaces.connect(
    { namespace: 'source', interfaceName: 'mirror0', address: '198.18.202.2/24', mac: '02:00:00:00:02:02' },
    { namespace: 'collector', interfaceName: 'collect0', address: '198.18.202.1/24', mac: '02:00:00:00:02:01' },
  )
  server = spawn('ip', inNamespace('peer', traffic, 'serve', PEER), { stdio: ['ignore', 'pipe', 'inherit'] })
  let serving = ''
  server.stdout?.on('data', (chunk) => {
    serving += chunk
  })
  await waitFor(
    () => serving.includes('serving'),
    () => 'the server did not start',
  )
})

afterEach(async () => {
  for (const child of mirrors.splice(0)) await stopProcess(child, 'SIGKILL')
  for (const running of captures.splice(0)) await running.stop()
  if (server !== undefined) await stopProcess(server, 'SIGKILL')
  for (const name of ['eth0', 'mirror0']) {
    if (namespaces.ip('source', '-brief', 'link').includes(name)) namespaces.ip('source', 'link', 'delete', name)
  }
})

afterAll(() => namespaces.remove())

/** What tells one packet from another; the checksums stand for the payload. */
const identity = [
  ...['ip.src', 'ip.dst', 'ip.id', 'ip.proto', 'ip.len', 'udp.srcport', 'udp.dstport', 'udp.checksum'],
  ...['tcp.srcport', 'tcp.dstport', 'tcp.seq_raw', 'tcp.ack_raw', 'tcp.flags', 'tcp.checksum'],
]
const innermost = (value: string) => value.split(',').at(-1) ?? ''
const outermost = (value: string | undefined) => value?.split(',')[0] ?? ''
/** In the outer packet, UDP fields occur once when the inner packet is TCP. */
const toIdentity = (packet: readonly string[]) =>
  packet.map((value, column) =>
    packet[3]?.endsWith('6') && identity[column]?.startsWith('udp') ? '' : innermost(value),
  )

describe('the traffic mirror program', () => {
  it('mirrors every packet that the filter asks for, of both directions, exactly once and whole', async () => {
    const wire = await capture('source', 'eth0', 'ip and not udp port 9000', identity)
    const collected = await capture('collector', 'collect0', 'udp dst port 4789', identity)
    const mirror = await startMirror()
    const asked = askPeer(40, 25)
    expect(JSON.parse(asked.stdout)).toEqual({ http: 40, udp: [25, 25] })
    mirror.child.kill('SIGTERM')
    expect(await mirror.exitCode).toBe(0)
    const report = lastReport(mirror)
    await waitFor(
      () => collected.packets().length >= report.mirrored && wire.packets().length >= report.mirrored,
      () => `${wire.packets().length} on the wire, ${collected.packets().length} collected, ${JSON.stringify(report)}`,
    )
    const expected = wire.packets().map((packet) => toIdentity(packet).join(' '))
    const mirrored = collected.packets().map((packet) => toIdentity(packet).join(' '))
    expect(mirrored.toSorted()).toEqual(expected.toSorted())
    expect(new Set(mirrored.map((line) => line.split(' ')[0]))).toEqual(new Set([PEER, '198.18.201.2']))
    expect(report).toMatchObject({
      mirrored: expected.length,
      skipped: { 'kernel-drops': 0, 'too-long': 0, 'send-failed': 0 },
    })
    expect(report.received).toBe(report.mirrored + report.rejected)
    // 25 datagrams to port 9000 and their echoes; the rest is ARP.
    expect(report.rejected).toBeGreaterThanOrEqual(50)
  })

  it('gives a flow one outer port in both directions, spreads flows, and sends the resolver’s replies from 65408', async () => {
    const fields = [
      'udp.srcport',
      'ip.src',
      'ip.dst',
      'tcp.srcport',
      'tcp.dstport',
      'vxlan.vni',
      'ip.ttl',
      'udp.checksum',
    ]
    const collected = await capture('collector', 'collect0', 'udp dst port 4789', fields)
    const mirror = await startMirror()
    askPeer(40, 25)
    mirror.child.kill('SIGTERM')
    await mirror.exitCode
    await waitFor(
      () => collected.packets().length >= lastReport(mirror).mirrored,
      () => 'the collector missed packets',
    )
    const portsOfFlow = new Map<string, Set<string>>()
    const resolverPorts = new Set<string>()
    for (const [ports, sources, , tcpSource, tcpDestination, vni, ttl, checksum] of collected.packets()) {
      expect([vni, outermost(ttl), outermost(checksum), outermost(sources)]).toEqual([
        '4242',
        '255',
        '0x0000',
        '198.18.201.2',
      ])
      if (innermost(ports ?? '') === '4789') throw new Error('an outer packet was mirrored again')
      const flow = tcpSource === '80' ? tcpDestination : tcpSource
      if (flow) portsOfFlow.set(flow, (portsOfFlow.get(flow) ?? new Set()).add(outermost(ports)))
      else if (innermost(ports ?? '') === '53') resolverPorts.add(outermost(ports))
    }
    expect(portsOfFlow.size).toBe(40)
    expect([...portsOfFlow.values()].filter((ports) => ports.size !== 1)).toEqual([])
    expect(new Set([...portsOfFlow.values()].flatMap((ports) => [...ports])).size).toBeGreaterThan(20)
    expect(resolverPorts).toEqual(new Set(['65408']))
  })

  it('answers "report" while it runs, with figures that add up', async () => {
    const mirror = await startMirror()
    askPeer(5, 5)
    const reports: MirrorReport[] = []
    mirror.child.on('message', (message: MirrorReport) => reports.push(message))
    const isDone = () => (reports.at(-1)?.rejected ?? 0) >= 10
    await waitFor(
      () => {
        mirror.child.send('report')
        return isDone()
      },
      () => `reports: ${JSON.stringify(reports.slice(-3))}`,
    )
    const { received, mirrored, rejected, skipped, mirroredBytes } = reports.at(-1) ?? lastReport(mirror)
    expect(received).toBe(mirrored + rejected + skipped['too-long'] + skipped['send-failed'])
    expect(mirroredBytes).toBeGreaterThan(mirrored * 100)
  })

  it('counts what the mirror link cannot carry as too long, and mirrors the rest', async () => {
    namespaces.ip('source', 'link', 'set', 'mirror0', 'mtu', '1400')
    const mirror = await startMirror()
    askPeer(5, 0)
    mirror.child.kill('SIGTERM')
    await mirror.exitCode
    const { skipped, mirrored } = lastReport(mirror)
    expect(skipped['too-long']).toBeGreaterThanOrEqual(5)
    expect(mirrored).toBeGreaterThanOrEqual(25)
  })

  it('mirrors on SIGTERM what the kernel had captured by then', async () => {
    const mirror = await startMirror()
    mirror.child.kill('SIGSTOP')
    askPeer(10, 10)
    // Both are pending while it is stopped, so the first turn after SIGCONT is the last.
    mirror.child.kill('SIGTERM')
    mirror.child.kill('SIGCONT')
    expect(await mirror.exitCode).toBe(0)
    const { mirrored, rejected } = lastReport(mirror)
    // Ten packets at least make a TCP connection; ten datagrams and their echoes go to each of two ports.
    expect(mirrored).toBeGreaterThanOrEqual(10 * 10 + 20)
    expect(rejected).toBeGreaterThanOrEqual(20)
  })

  it('ends when its parent is gone: the channel is closed and nobody reads its output', async () => {
    const mirror = await startMirror()
    mirror.child.stdout?.destroy()
    mirror.child.disconnect()
    expect(await mirror.exitCode).toBe(0)
    expect(isRunning(mirror.child.pid ?? 0)).toBe(false)
  })

  it.each([
    ['mirrored', 'eth0', /interface "eth0" went down or was removed/],
    ['mirror', 'mirror0', /mirror interface went down or was removed/],
  ])('ends with a sentence when the %s interface is removed', async (_what, name, sentence) => {
    const mirror = await startMirror()
    namespaces.ip('source', 'link', 'delete', name)
    if (name === 'mirror0') askPeer(1, 0)
    expect(await mirror.exitCode).toBe(1)
    expect(mirror.errors()).toMatch(sentence)
    expect(lastReport(mirror)).toHaveProperty('received')
  })

  it('refuses bad settings with every complaint at once, and exit code 2', async () => {
    const mirror = await startMirror(JSON.stringify({ ...settings, sourceAddress: 'here', mtuBytes: 1 }))
    expect(await mirror.exitCode).toBe(2)
    expect(mirror.errors()).toMatch(/--session rejected: .*sourceAddress.*mtuBytes/)
    expect(mirror.output()).toBe('')
  })

  it('says which interface does not exist, and exits 1', async () => {
    const mirror = await startMirror({ ...settings, interface: 'absent0' })
    expect(await mirror.exitCode).toBe(1)
    expect(mirror.errors()).toMatch(/"absent0"/)
  })
})
