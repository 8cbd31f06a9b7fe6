import { describe, expect, it } from 'vitest'
import type { SuricataSettings } from '../../../sensor-agent/suricata/suricata-settings.ts'
import { toSuricataYaml } from '../../../sensor-agent/suricata/suricata-yaml.ts'

const settings: SuricataSettings = {
  interface: 'ens5',
  captureThreads: 0,
  ringMebibytes: 64,
  homeNets: ['10.0.0.0/8', 'fd00::/8'],
  logDir: '/var/log/mirror-fleet',
  stateDir: '/var/lib/mirror-fleet/sensor',
  socketPath: '/var/lib/mirror-fleet/sensor/suricata.socket',
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

  it('gives every deviation from a default its reason', () => {
    const lines = yaml.split('\n').map((each) => each.trim())
    const deviations = ['runmode', 'default-packet-size', 'max-dump', 'block-size', 'ring-size', 'checksum-checks']
    const more = ['bpf-filter', 'checksum-validation', 'midstream', 'interval', 'cluster-type', 'HOME_NET']
    const bare = [...deviations, ...more].filter((key) => {
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

  it('includes no other file', () => {
    expect(yaml).not.toMatch(/^\s*include/m)
  })
})
