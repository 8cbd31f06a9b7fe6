import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SuricataSettings } from '../../../sensor-agent/suricata/suricata-settings.ts'
import { toSuricataYaml } from '../../../sensor-agent/suricata/suricata-yaml.ts'
import { withoutComments } from '../../../sensor-agent/suricata/yaml.ts'

const settings: SuricataSettings = {
  interface: 'ens5',
  vnis: [],
  captureThreads: 0,
  ringMebibytes: 64,
  homeNets: ['10.0.0.0/8', 'fd00::/8'],
  logDir: '/var/log/mirror-fleet',
  stateDir: '/var/lib/mirror-fleet/sensor',
  socketPath: '/var/lib/mirror-fleet/sensor/run/suricata.socket',
  rulesDir: '/var/lib/mirror-fleet/sensor/rules/active',
  engineLog: 'file',
}
const yaml = toSuricataYaml(settings)
/** The line of a key, without its indentation; every key asked for here is unique. */
const line = (key: string, text = yaml) => text.split('\n').filter((each) => each.trim().startsWith(`${key}:`))

describe('toSuricataYaml', () => {
  it.each([
    ['runmode', 'runmode: "workers"'],
    ['tpacket-v3', 'tpacket-v3: yes'],
    ['defrag', 'defrag: yes'],
    ['checksum-checks', 'checksum-checks: "no"'],
    ['checksum-validation', 'checksum-validation: no'],
    ['midstream', 'midstream: yes'],
    ['interval', 'interval: 1'],
    ['threads', 'threads: "auto"'],
    ['HOME_NET', 'HOME_NET: "[10.0.0.0/8,fd00::/8]"'],
    ['profile', 'profile: "medium"'],
  ])('states %s', (key, expected) => {
    expect(line(key).map((each) => each.trim())).toContain(expected)
  })

  it('captures jumbo frames in an envelope whole', () => {
    expect(Number(line('default-packet-size')[0]?.split(': ')[1])).toBeGreaterThanOrEqual(9001 + 54 + 14)
  })

  it('takes the number of threads that was asked for', () => {
    expect(line('threads', toSuricataYaml({ ...settings, captureThreads: 7 }))[0]?.trim()).toBe('threads: 7')
  })

  describe('for a kernel that decapsulates', () => {
    const kernel = toSuricataYaml({ ...settings, captureThreads: 1, vnis: [7, 9] })
    const values = (key: string) => line(key, kernel).map((each) => each.trim().slice(key.length + 2))

    it('captures on the interface and on the device of each VNI, each with a fan-out group of its own', () => {
      // A list item begins on a line of its own, so every key stands alone.
      expect(values('interface')).toEqual(['"ens5"', '"vni7"', '"vni9"'])
      expect(new Set(values('cluster-id')).size).toBe(3)
      expect(new Set(values('ring-size')).size).toBe(1)
    })

    it('filters on the interface only, and gives it the second thread without which fragments show no VNI', () => {
      expect(values('bpf-filter')).toHaveLength(1)
      expect(values('threads')).toContain('2')
      expect(values('threads').filter((threads) => threads === '1')).toHaveLength(2)
    })

    it('tells flows of different devices apart', () => {
      expect(values('use-for-tracking')).toEqual(['yes'])
    })
  })

  it('gives every deviation from a default its reason', () => {
    const lines = yaml.split('\n').map((each) => each.trim())
    const deviations = ['runmode', 'default-packet-size', 'max-dump', 'block-size', 'ring-size', 'checksum-checks']
    const more = ['bpf-filter', 'checksum-validation', 'midstream', 'interval', 'cluster-type', 'HOME_NET']
    const outputs = [
      'customformat',
      'session-resumption',
      'version',
      'requests',
      'deltas',
      'cluster-id',
      'max-pending-packets',
    ]
    const bare = [...deviations, ...more, ...outputs].filter((key) => {
      const at = lines.findIndex((each) => each.startsWith(`${key}:`))
      return !lines[at - 1]?.startsWith('# ')
    })
    expect(bare).toEqual([])
  })

  it('writes the five outputs of the walkthrough and its format to the letter', () => {
    const files = ['fast.log', 'http.log', 'tls.log', 'http-data.log', 'eve.json']
    expect(files.filter((file) => !yaml.includes(`filename: "${file}"`))).toEqual([])
    expect(line('customformat')[0]).toContain(
      '"%{%D-%H:%M:%S}t.%z %{X-Forwarded-For}i %H %m %h %u %s %B %a:%p -> %A:%P"',
    )
  })

  it('lets no name of a folder become a pattern that matches other folders', () => {
    const odd = toSuricataYaml({ ...settings, rulesDir: '/srv/a[1]*?\\b' })
    expect(odd).toContain(`- ${JSON.stringify('/srv/a\\[1\\]\\*\\?\\\\b/*.rules')}\n`)
  })

  it('joins no fan-out group of others, and always the same one', () => {
    const ids = (stateDir: string) =>
      line(
        'cluster-id',
        toSuricataYaml({ ...settings, vnis: Array.from({ length: 64 }, (_, vni) => vni), stateDir }),
      ).map((each) => Number(each.split(': ')[1]))
    fc.assert(
      fc.property(fc.string(), (stateDir) => {
        const group = ids(stateDir)
        expect(new Set(group).size).toBe(65)
        for (const id of group) expect(id > 99 && id <= 65_535).toBe(true)
        expect(ids(stateDir)).toEqual(group)
      }),
      { numRuns: 20 },
    )
    expect(ids('/a')[0]).not.toBe(ids('/b')[0])
  })

  it('lets the engine write its logs and its socket, and nothing that root trusts', () => {
    const writable = yaml.split('write:\n')[1]?.split(/^\S/m)[0] ?? ''
    expect(writable.match(/"\/[^"]*"/g)).toEqual(['"/var/log/mirror-fleet"', '"/var/lib/mirror-fleet/sensor/run"'])
  })

  it('says the same to the engine when only a reason is worded anew', () => {
    expect(withoutComments(yaml.replaceAll('# ', '# Now: '))).toBe(withoutComments(yaml))
    expect(withoutComments(yaml)).not.toContain('\n# ')
    const odd = toSuricataYaml({ ...settings, logDir: '/a\n# b #c' })
    expect(withoutComments(odd)).toContain(JSON.stringify('/a\n# b #c'))
    expect(withoutComments(toSuricataYaml({ ...settings, captureThreads: 3 }))).not.toBe(withoutComments(yaml))
  })

  it('includes no other file', () => {
    expect(yaml).not.toMatch(/^\s*include/m)
  })
})
