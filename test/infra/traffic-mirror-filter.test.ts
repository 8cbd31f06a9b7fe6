import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { filterPresets, judgeTrafficMirrorFilter, toInternetTraffic } from '../../infra/traffic-mirror-filter.ts'

describe('toInternetTraffic', () => {
  it('is the walkthrough’s table: the VPC’s own traffic out, everything else in, both ways', () => {
    const everywhere = { sourceCidr: '0.0.0.0/0', destinationCidr: '0.0.0.0/0' }
    expect(toInternetTraffic('10.0.0.0/16')).toEqual([
      { ...everywhere, direction: 'ingress', number: 10, action: 'reject', sourceCidr: '10.0.0.0/16' },
      { ...everywhere, direction: 'ingress', number: 20, action: 'accept' },
      { ...everywhere, direction: 'egress', number: 10, action: 'reject', destinationCidr: '10.0.0.0/16' },
      { ...everywhere, direction: 'egress', number: 20, action: 'accept' },
    ])
  })

  it('rejects every CIDR of the VPC before it accepts the rest, with numbers that never collide', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9 }), (count) => {
        const cidrs = Array.from({ length: count }, (_, index) => `10.${index}.0.0/16`)
        for (const direction of ['ingress', 'egress']) {
          const rules = toInternetTraffic(...cidrs).filter((rule) => rule.direction === direction)
          const numbers = rules.map(({ number }) => number)
          expect(new Set(numbers).size).toBe(numbers.length)
          expect(rules.toSorted((a, b) => a.number - b.number).at(-1)?.action).toBe('accept')
          expect(rules.filter(({ action }) => action === 'reject')).toHaveLength(count)
        }
      }),
    )
  })

  it('fits into a filter for up to four CIDRs and not for five, which is told rule by rule', () => {
    const complaintsFor = (count: number) =>
      judgeTrafficMirrorFilter({
        rules: toInternetTraffic(...Array.from({ length: count }, (_, index) => `10.${index}.0.0/16`)),
        networkServices: [],
      })
    expect(complaintsFor(4)).toEqual([])
    expect(complaintsFor(5).map(({ path, got }) => [path, got])).toEqual([
      ['trafficMirrorFilter.rules[10]', 'rule 11 of the filter: egress 50, reject 0.0.0.0/0 to 10.4.0.0/16'],
      ['trafficMirrorFilter.rules[11]', 'rule 12 of the filter: egress 60, accept 0.0.0.0/0 to 0.0.0.0/0'],
    ])
  })
})

describe('filterPresets', () => {
  it('has one that rejects nothing', () => {
    expect(filterPresets.everything?.(['10.0.0.0/16']).map(({ action }) => action)).toEqual(['accept', 'accept'])
  })
})
