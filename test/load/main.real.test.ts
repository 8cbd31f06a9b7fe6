import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodeReport, type LoadReport } from '../../load/report.ts'
import { canaryRule } from '../../load/scenarios/canary-rule.ts'
import { eventually } from '../support/eventually.ts'
import { createNamespaces } from '../support/network-namespace.ts'
import { readBySuricata, type SuricataEvent } from '../support/suricata-reading.ts'

const main = fileURLToPath(new URL('../../load/main.ts', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'mft-load-'))
const file = (name: string) => join(folder, name)

let namespaces: ReturnType<typeof createNamespaces>
beforeAll(() => {
  namespaces = createNamespaces(`mft-load-${process.pid}`, ['sender', 'sensor'])
  namespaces.connect(
    { namespace: 'sender', interfaceName: 'mirror0', address: '198.18.204.1/24', mac: '02:00:00:00:04:01' },
    { namespace: 'sensor', interfaceName: 'eth0', address: '198.18.204.2/24', mac: '02:00:00:00:04:02' },
  )
})
afterAll(() => {
  namespaces?.remove()
  rmSync(folder, { recursive: true, force: true })
})

function reportOf(stdout: string): LoadReport {
  const report = decodeReport(stdout)
  if (report === null) throw new Error(`no report: ${stdout}`)
  return report
}

/** Runs the program in this namespace and returns its report. */
const load = (...args: string[]) =>
  reportOf(execFileSync(process.execPath, [main, '--json', ...args], { encoding: 'utf8' }))
const loadIn = (...args: string[]) =>
  reportOf(
    execFileSync('ip', namespaces.command('sender', process.execPath, main, '--json', ...args), { encoding: 'utf8' }),
  )
const refused = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' })
  return { status, stdout, stderr }
}
const countOf = (events: readonly SuricataEvent[], type: string) =>
  events.filter(({ event_type }) => event_type === type).length
const tshark = (pcap: string, ...args: string[]) =>
  execFileSync('tshark', ['-r', pcap, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })

describe('the real Suricata logs what the truth says, each thing once', () => {
  it.each([
    ['steady', 'vxlan', '5000'],
    ['steady', 'geneve', '5000'],
    ['http-audit', 'vxlan', '5000'],
    ['dns-resolver', 'vxlan', '5000'],
    ['jumbo', 'vxlan', '3000'],
    ['jumbo', 'geneve', '3000'],
    ['few-enis', 'vxlan', '5000'],
    ['canary', 'vxlan', '300'],
    ['malformed', 'vxlan', '20000'],
    ['malformed', 'geneve', '20000'],
  ])('%s in %s', (scenario, encapsulation, packets) => {
    const pcap = file('read.pcap')
    const options = ['--scenario', scenario, '--encapsulation', encapsulation, '--packets', packets]
    const { truth } = load('--pcap', pcap, ...options)
    const events = readBySuricata(pcap, folder, canaryRule)
    const urls = events.flatMap(({ event_type, http }) => (event_type === 'http' ? (http?.url ?? '') : []))
    const names = events.flatMap(({ event_type, tls }) => (event_type === 'tls' ? (tls?.sni ?? '') : []))
    const queries = events.flatMap(({ dns }) => (dns?.type === 'query' ? dns.rrname : []))
    expect({
      http: [urls.length, new Set(urls).size],
      tls: [names.length, new Set(names).size],
      dns: [queries.length, new Set(queries).size],
      alerts: countOf(events, 'alert'),
    }).toEqual({
      http: [truth.transactions.http, truth.transactions.http],
      tls: [truth.transactions.tls, truth.transactions.tls],
      dns: [truth.transactions.dns, truth.transactions.dns],
      alerts: truth.alerts,
    })
    expect(events.filter(({ alert }) => alert && alert.signature_id !== 1000002)).toEqual([])
    expect(truth.packets).toBeGreaterThan(Number(packets) * 0.95)
  })

  it('names both TLS versions', () => {
    load('--pcap', file('tls.pcap'), '--scenario', 'steady', '--flows', 'tls=64', '--packets', '2000')
    const versions = new Set(readBySuricata(file('tls.pcap'), folder, canaryRule).map(({ tls }) => tls?.version))
    expect([...versions]).toEqual(expect.arrayContaining(['TLS 1.2', 'TLS 1.3']))
  })
})

describe('a reader that is not ours', () => {
  it.each(['vxlan', 'geneve'])('finds nothing wrong with the packets in %s, checksums included', (encapsulation) => {
    load('--pcap', file('tshark.pcap'), '--encapsulation', encapsulation, '--packets', '5000')
    const checks = ['ip', 'tcp', 'udp'].flatMap((name) => ['-o', `${name}.check_checksum:TRUE`])
    // 6291456 is "warning"; notes are about style.
    const wrong = '_ws.malformed or tcp.analysis.flags or _ws.expert.severity >= 6291456'
    expect(tshark(file('tshark.pcap'), ...checks, '-Y', wrong)).toBe('')
  })

  it('sees AWS’s options in GENEVE, and the network identifier in VXLAN', () => {
    load(
      '--pcap',
      file('g.pcap'),
      '--encapsulation',
      'geneve',
      '--packets',
      '100',
      '--vni',
      '300',
      '--virtual-networks',
      '1',
    )
    const fields = ['geneve.option.class', 'geneve.option.type', 'vxlan.vni'].flatMap((name) => ['-e', name])
    const lines = new Set(
      tshark(file('g.pcap'), '-T', 'fields', ...fields)
        .trim()
        .split('\n'),
    )
    expect([...lines]).toEqual([expect.stringMatching(/^0x0*108,0x0*108,0x0*108\t0x0*1,0x0*2,0x0*3\t300$/)])
  })
})

describe('the same seed', () => {
  const hashOf = (name: string, seed: string) => {
    load('--pcap', file(name), '--scenario', 'malformed', '--seed', seed, '--packets', '3000')
    return createHash('sha256')
      .update(readFileSync(file(name)))
      .digest('hex')
  }
  it('gives the same file, another seed another', () => {
    expect(hashOf('a.pcap', '5')).toBe(hashOf('b.pcap', '5'))
    expect(hashOf('c.pcap', '6')).not.toBe(hashOf('a.pcap', '5'))
  })
})

describe('on an interface', () => {
  const received = () =>
    Number(execFileSync('ip', namespaces.command('sensor', 'cat', '/sys/class/net/eth0/statistics/rx_packets')))

  it('every packet of the truth is on the wire and arrives, with two workers too', () => {
    for (const workers of ['1', '2']) {
      const before = received()
      const report = loadIn('--interface', 'mirror0', '--packets', '20000', '--top-speed', '--workers', workers)
      expect(report.truth.packets).toBe(report.sent.packets)
      expect(report.wire?.packets).toBe(report.sent.packets)
      expect(report.wire?.bytes).toBe(report.truth.outerBytes)
      expect(received() - before).toBe(report.sent.packets)
      expect(report.refused.packets).toBe(0)
      expect(report.truth.bySource.reduce((sum, { packets }) => sum + packets, 0)).toBe(report.truth.packets)
    }
  })

  it.each([
    ['--pps', '20000', (report: LoadReport) => report.achieved.packetsPerSecond],
    ['--bps', '20M', (report: LoadReport) => report.achieved.bitsPerSecond],
  ])('keeps the rate that was asked by %s', (option, rate, toAchieved) => {
    const report = loadIn('--interface', 'mirror0', '--scenario', 'imix', option, rate, '--seconds', '2')
    // 1 % on an idle machine (see the bench); this one may be busy.
    expect(toAchieved(report) / (report.asked.perSecond ?? 0)).toBeGreaterThan(0.9)
    expect(toAchieved(report) / (report.asked.perSecond ?? 0)).toBeLessThan(1.05)
    expect(report.stoppedBy).toBe('seconds')
    expect(report.truth.unfinishedFlows).toBe(0)
  })

  it('counts frames that the interface does not take, and fails', () => {
    namespaces.ip('sender', 'link', 'set', 'mirror0', 'mtu', '1500')
    const args = ['--json', '--interface', 'mirror0', '--scenario', 'jumbo', '--packets', '2000', '--top-speed']
    const run = spawnSync('ip', namespaces.command('sender', process.execPath, main, ...args), { encoding: 'utf8' })
    namespaces.ip('sender', 'link', 'set', 'mirror0', 'mtu', '9001')
    const report = reportOf(run.stdout)
    expect(run.status).toBe(1)
    expect(report.refused).toMatchObject({ reason: 'EMSGSIZE' })
    expect(report.refused.packets).toBeGreaterThan(100)
    expect(report.truth.unfinishedFlows).toBeGreaterThan(0)
    expect(report.wire?.packets).toBe(report.sent.packets)
    expect(report.truth.packets).toBe(report.sent.packets)
  })

  it('plays a capture, wrapped', () => {
    load('--pcap', file('replayed.pcap'), '--packets', '1000', '--scenario', 'http-audit')
    const report = loadIn('--interface', 'mirror0', '--replay', file('replayed.pcap'), '--pps', '10k')
    expect(report.sent.packets).toBe(report.wire?.packets)
    expect(report.sent.packets).toBeGreaterThan(900)
  })
})

describe('Ctrl-C', () => {
  it('ends the flows under way and prints the report', async () => {
    const args = ['--interface', 'mirror0', '--scenario', 'http-audit', '--pps', '5k', '--json', '--seconds', '60']
    const program = spawn('ip', namespaces.command('sender', process.execPath, main, ...args))
    const stdout = gather(program)
    const sent = () =>
      Number(execFileSync('ip', namespaces.command('sender', 'cat', '/sys/class/net/mirror0/statistics/tx_packets')))
    const before = sent()
    await eventually('packets on the wire', () => sent() > before + 500)
    // `ip netns exec` replaces itself by the program, so this is the program's own pid.
    program.kill('SIGINT')
    const [code] = await once(program, 'exit')
    const report = reportOf(await stdout)
    expect(code).toBe(0)
    expect(report.stoppedBy).toBe('signal')
    expect(report.truth.unfinishedFlows).toBe(0)
    expect(report.wire?.packets).toBe(report.truth.packets)
    expect(report.seconds).toBeLessThan(30)
  })
})

async function gather(program: ChildProcess): Promise<string> {
  let text = ''
  for await (const chunk of program.stdout ?? []) text += chunk
  return text
}

describe('as UDP datagrams', () => {
  it('sends through the kernel, from many ports', () => {
    const report = loadIn('--target', '198.18.204.2', '--scenario', 'http-audit', '--packets', '2000')
    expect(report.sent.packets).toBe(report.truth.packets)
    expect(report.wire?.interface).toBe('mirror0')
    expect(report.wire?.packets).toBeGreaterThanOrEqual(report.sent.packets)
  })
})

describe('what is refused, with exit code 2 and nothing on stdout', () => {
  const dummy = file('no.pcap')
  it.each([
    ['an address that is not of this machine', ['--target', '192.0.2.9'], /--allow 192\.0\.2\.9/],
    ['an interface that is not there', ['--interface', 'absent0'], /no interface "absent0"/],
    ['a network identifier of more than 24 bits', ['--pcap', dummy, '--vni', '16777215'], /0\.\.16777214/],
    ['a wrong capture', ['--pcap', dummy, '--replay', main], /no capture file/],
    ['an unknown scenario', ['--pcap', dummy, '--scenario', 'nosuch'], /allowed are steady/],
    ['several things at once', ['--pps', '-', '--seconds', '0'], /--pps[\s\S]*--seconds[\s\S]*got 0 of them/],
  ])('%s', (_what, args, complaint) => {
    expect(refused(...args)).toMatchObject({ status: 2, stdout: '', stderr: expect.stringMatching(complaint) })
  })

  it('a public address behind an interface of this machine', () => {
    const args = ['--interface', 'mirror0', '--destination-address', '8.8.8.8']
    const run = spawnSync('ip', namespaces.command('sender', process.execPath, main, ...args), { encoding: 'utf8' })
    expect([run.status, run.stderr]).toEqual([2, expect.stringMatching(/--allow mirror0/)])
  })

  it('the way out of this machine, whatever it is called', () => {
    const [route] = JSON.parse(execFileSync('ip', ['-json', 'route', 'show', 'default'], { encoding: 'utf8' }) || '[]')
    const name = route?.dev ?? 'absent0'
    expect(refused('--interface', name)).toMatchObject({ status: 2, stderr: expect.stringContaining(name) })
  })
})

describe('help', () => {
  it('is on stdout, with examples, and names every scenario in --list', () => {
    expect(refused('--help')).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('npm run load -- --interface'),
    })
    expect(refused('--list').stdout).toContain('dns-resolver')
  })
})
