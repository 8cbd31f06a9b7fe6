import { describe, expect, it } from 'vitest'
import { parsePlanOptions, usage } from '../../../infra/plan/options.ts'

function complaints(...args: string[]): readonly string[] {
  const parsed = parsePlanOptions(args)
  return parsed.ok ? [] : parsed.complaints
}

describe('the options of plan', () => {
  it('are read, and what is not given stays open', () => {
    expect(parsePlanOptions(['--gbps', '2.5', '--zones=3', '--load-balancer', 'gateway', '--json'])).toEqual({
      ok: true,
      options: {
        ...{ help: false, json: true, fleetFile: null },
        given: {
          ...{ gbps: 2.5, packetsPerSecond: null, packetBytes: null, sources: null, hours: null, zones: 3 },
          ...{
            mtuBytes: null,
            filterRules: null,
            sessionsPerInterface: null,
            loadBalancer: 'gateway',
            instanceType: null,
          },
        },
      },
    })
  })

  it.each([
    [[], '--gbps: got nothing, allowed is 0.001..10000'],
    [['--gbps', '0'], '--gbps: got "0", allowed is 0.001..10000'],
    [['--gbps', '1e3'], '--gbps: got "1e3", allowed is 0.001..10000'],
    [['--gbps', '1', '--sources', '1.5'], '--sources: got "1.5", allowed is an integer of 1..100000'],
    [
      ['--gbps', '1', '--sessions-per-interface', '0'],
      '--sessions-per-interface: got "0", allowed is an integer of 1..100',
    ],
    [['--gbps', '1', '--hours'], '--hours: got nothing, allowed is an integer of 1..744'],
    [['--gbps', '1', '--load-balancer', 'nlb'], '--load-balancer: got "nlb", allowed is network or gateway or none'],
    [
      ['--gbps', '10', '--pps', '100000'],
      '--pps: got "100000", which makes packets of 12500 bytes with --gbps 10, allowed is 64..9001 bytes',
    ],
    [['--gbps', '1', '--gbps', '2'], '--gbps: given twice, allowed is once'],
    [['--gbps', '1', '--fleet'], '--fleet: got nothing, takes the path of a JSON file'],
    [
      ['--gbps', '1', '--pps', '1000000', '--packet-bytes', '64'],
      '--packet-bytes: got it beside --pps, allowed is one of the two, for --gbps decides the other',
    ],
  ])('%j is refused with what is allowed', (args, complaint) => {
    expect(complaints(...args)).toEqual([complaint])
  })

  it('are all complained about at once, and --help needs none', () => {
    expect(complaints('--zones', '7', '--instance-type', 't2.nano', '--json=no')).toHaveLength(4)
    expect(complaints('--help')).toEqual([])
  })

  it('are all explained by --help', () => {
    const known = complaints('--gbps', '1', '--x')[0]?.match(/--[a-z-]+(?=,|$)/g) ?? []
    expect(known.length).toBeGreaterThan(11)
    for (const name of known) expect(usage).toContain(`  ${name} `)
  })
})
