import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeDumpCounters } from '../../../sensor-agent/read/suricata-counters.ts'
import { suricataMessage } from '../../support/suricata-fixture.ts'

/** The recorded message with one member put in place of another; undefined removes it. */
function changed(path: string, value: unknown, version = '7.0.10'): unknown {
  const message = structuredClone(suricataMessage(`dump-counters-${version}`))
  const names = path.split('/')
  const last = names.pop() ?? ''
  const parent = names.reduce((node: unknown, name) => Object(node)[name], message)
  if (value === undefined) delete Object(parent)[last]
  else Object(parent)[last] = value
  return message
}

/** What the traffic of the recording must have left, by test/fixtures/suricata/README.md. */
const recorded = {
  capturePackets: 80153,
  captureDrops: 38961,
  vxlanPackets: 41169,
  genevePackets: 0,
  invalidPackets: 0,
  alerts: 5,
  reassemblyGaps: 0,
  memcapDrops: 0,
  memcapPressureRatio: 0.21,
  rulesLoaded: 1,
  rulesFailed: 1,
  transactions: { http: 5, tls: 5, dns: 10 },
}

describe('dump-counters', () => {
  it.each(['7.0.10', '8.0'])('of Suricata %s decodes to the counts of the recorded traffic', (version) => {
    const answer = decodeDumpCounters(suricataMessage(`dump-counters-${version}`))
    if (!answer.ok) throw new Error(answer.fault)
    expect(answer.value).toMatchObject(recorded)
    expect(answer.value.workers.map(({ thread }) => thread)).toEqual(['W#01-ms1', 'W#02-ms1'])
    const sum = (field: 'capturePackets' | 'captureDrops' | 'decodedPackets') =>
      answer.value.workers.reduce((total, worker) => total + worker[field], 0)
    expect(sum('capturePackets')).toBe(answer.value.capturePackets)
    expect(sum('captureDrops')).toBe(answer.value.captureDrops)
    expect(sum('decodedPackets')).toBe(answer.value.decodedPackets)
    expect(answer.value.workers.every(({ polls }) => polls > 0)).toBe(true)
  })

  it.each([
    ['capture', 'capture.kernel_packets'],
    ['capture/kernel_packets', 'capture.kernel_packets'],
    ['capture/kernel_drops', 'capture.kernel_drops'],
    ['decoder/pkts', 'decoder.pkts'],
    ['decoder/bytes', 'decoder.bytes'],
    ['decoder/invalid', 'decoder.invalid'],
    ['memcap_pressure', 'memcap_pressure'],
    ['detect', 'detect.engines'],
    ['threads', 'threads.W#01-'],
    ['threads/W#01-ms1/capture/afpacket', 'threads.W#01-ms1.capture.afpacket.polls'],
    ['threads/W#02-ms1/capture/kernel_drops', 'threads.W#02-ms1.capture.kernel_drops'],
  ])('without %s is a fault that names it', (path, name) => {
    const answer = decodeDumpCounters(changed(path, undefined))
    expect(answer).toMatchObject({ ok: false, code: 'SENSOR_COUNTERS_UNKNOWN' })
    expect(answer.ok ? '' : answer.fault).toContain(name)
  })

  it('needs no uptime: nothing rests on it', () => {
    expect(decodeDumpCounters(changed('uptime', undefined))).toMatchObject({ ok: true, value: { uptimeSeconds: null } })
  })

  it('names all that is missing, not only the first', () => {
    const answer = decodeDumpCounters({ uptime: 1, threads: {} })
    const fault = answer.ok ? '' : answer.fault
    for (const name of ['capture.kernel_packets', 'capture.kernel_drops', 'decoder.pkts', 'decoder.bytes'])
      expect(fault).toContain(name)
  })

  it.each([
    ['a text', '80153'],
    ['null', null],
    ['negative', -1],
    ['a list', [1]],
    ['infinite', Number.POSITIVE_INFINITY],
  ])('takes no required counter that is %s', (_, value) => {
    expect(decodeDumpCounters(changed('capture/kernel_packets', value)).ok).toBe(false)
  })

  it.each(['app_layer', 'decoder/vxlan', 'decoder/geneve', 'http', 'ftp', 'tcp', 'flow', 'detect/alert'])(
    'reads 0 where there is no %s: not every engine has it',
    (path) => {
      expect(decodeDumpCounters(changed(path, undefined)).ok).toBe(true)
    },
  )

  it('adds up refusals of memcaps and takes no limit in bytes for one', () => {
    const refused = decodeDumpCounters(changed('flow/memcap', 7, '8.0'))
    expect(refused).toMatchObject({ ok: true, value: { memcapDrops: 7 } })
  })

  it('adds up DNS over both transports and DNS that has only one', () => {
    const answer = decodeDumpCounters(changed('app_layer/tx', { dns: 1, dns_tcp: 2, dns_udp: 4 }))
    expect(answer).toMatchObject({ ok: true, value: { transactions: { dns: 7 } } })
  })

  it('adds up the rules of all tenants', () => {
    const engines = [
      { id: 0, rules_loaded: 3, rules_failed: 1 },
      { id: 1, rules_loaded: 4, rules_failed: 0 },
    ]
    const answer = decodeDumpCounters(changed('detect/engines', engines))
    expect(answer).toMatchObject({ ok: true, value: { rulesLoaded: 7, rulesFailed: 1 } })
  })

  it('passes over a hostile name', () => {
    const message = changed('threads/W#09-x', JSON.parse('{"__proto__":{"capture":{"kernel_packets":1}}}'))
    expect(decodeDumpCounters(message)).toMatchObject({ ok: false, code: 'SENSOR_COUNTERS_UNKNOWN' })
  })

  it('never throws, whatever the message is', () => {
    fc.assert(fc.property(fc.jsonValue(), (message) => void decodeDumpCounters(message)))
    fc.assert(
      fc.property(
        fc.constantFrom('threads', 'detect', 'capture', 'detect/engines', 'app_layer'),
        fc.jsonValue(),
        (path, value) => {
          decodeDumpCounters(changed(path, value))
        },
      ),
    )
  })
})
