import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Member, toBrokenFlows, toRouting } from '../../../../infra/local/load-balancer/target-group.ts'

type State = Member['state']
const states = ['initial', 'healthy', 'unhealthy', 'draining', 'unused'] as const satisfies readonly State[]
const toMembers = (...given: readonly (State | null)[]): Member[] =>
  given.flatMap((state, index) => (state === null ? [] : [{ id: `s${index}`, address: `a${index}`, state }]))
const eligibleIds = (...given: readonly State[]) => toRouting(toMembers(...given), 'move').eligible.map(({ id }) => id)

describe('targets for new flows', () => {
  it.each<[string, readonly State[], readonly string[]]>([
    ['are the healthy ones', ['healthy', 'unhealthy', 'initial', 'draining', 'healthy'], ['s0', 's4']],
    ['are all registered ones when all are unhealthy', ['unhealthy', 'unhealthy'], ['s0', 's1']],
    ['are all registered ones at the start', ['initial', 'initial'], ['s0', 's1']],
    ['are never draining ones, also when failing open', ['unhealthy', 'draining', 'initial'], ['s0', 's2']],
    ['are none when every target drains', ['draining', 'draining'], []],
    ['are none in an empty group', [], []],
  ])('%s', (_property, given, expected) => {
    expect(eligibleIds(...given)).toEqual(expected)
  })

  it('stand in the same order whatever the order of registration', () => {
    const members = toMembers('healthy', 'healthy', 'healthy')
    expect(toRouting(members.toReversed(), 'move')).toEqual(toRouting(members, 'move'))
  })
})

const broken = (before: readonly (State | null)[], after: readonly (State | null)[], flows: 'move' | 'keep' = 'move') =>
  toBrokenFlows(toRouting(toMembers(...before), flows), toRouting(toMembers(...after), flows))

describe('flows that a change breaks', () => {
  it.each<[string, readonly (State | null)[], readonly (State | null)[], readonly string[]]>([
    ['are those of a target that turned unhealthy', ['healthy', 'healthy'], ['unhealthy', 'healthy'], ['a0']],
    ['are none when the last healthy one turned unhealthy', ['healthy', 'unhealthy'], ['unhealthy', 'unhealthy'], []],
    [
      'are those of the unhealthy ones when one recovers',
      ['unhealthy', 'unhealthy', 'initial'],
      ['healthy', 'unhealthy', 'initial'],
      ['a1'],
    ],
    [
      'are none when the first of several initial ones turns healthy',
      ['initial', 'initial'],
      ['healthy', 'initial'],
      [],
    ],
    ['are those of an initial one that turns unhealthy', ['healthy', 'initial'], ['healthy', 'unhealthy'], ['a1']],
    ['are none when a target becomes healthy beside a healthy one', ['healthy', 'initial'], ['healthy', 'healthy'], []],
    ['are none when a target is added', ['healthy', null], ['healthy', 'initial'], []],
    ['are none when a target starts to drain', ['healthy', 'healthy'], ['draining', 'healthy'], []],
    ['are those of a target whose delay is over', ['draining', 'healthy'], [null, 'healthy'], ['a0']],
    ['are none of an unhealthy target that leaves: it has none', ['unhealthy', 'healthy'], [null, 'healthy'], []],
  ])('%s', (_property, before, after, expected) => {
    expect(broken(before, after)).toEqual(expected)
  })

  it.each<[string, readonly (State | null)[], readonly (State | null)[], readonly string[]]>([
    ['stay with a target that turned unhealthy', ['healthy', 'healthy'], ['unhealthy', 'healthy'], []],
    ['stay with it while it drains', ['unhealthy', 'healthy'], ['draining', 'healthy'], []],
    ['end with its delay', ['draining', 'healthy'], [null, 'healthy'], ['a0']],
  ])('under "keep" %s', (_property, before, after, expected) => {
    expect(broken(before, after, 'keep')).toEqual(expected)
  })
})

describe('any group', () => {
  const group = fc
    .array(fc.option(fc.constantFrom<State>(...states)), { maxLength: 6 })
    .map((given) => toMembers(...given))
  const flows = fc.constantFrom('move', 'keep')
  const isRegistered = ({ state }: Member) => state !== 'draining' && state !== 'unused'

  it('fails open exactly when targets are registered and none is healthy', () => {
    fc.assert(
      fc.property(group, flows, (members, unhealthyFlows) => {
        const registered = members.filter(isRegistered)
        const noneHealthy = registered.every(({ state }) => state !== 'healthy')
        const routing = toRouting(members, unhealthyFlows)
        expect(routing.failOpen).toBe(noneHealthy && registered.length > 0)
        expect(routing.eligible).toHaveLength(
          noneHealthy ? registered.length : members.filter(({ state }) => state === 'healthy').length,
        )
      }),
    )
  })

  it('breaks no flow of a target that still may have it, and none when nothing changed', () => {
    fc.assert(
      fc.property(group, group, flows, (before, after, unhealthyFlows) => {
        const routing = toRouting(after, unhealthyFlows)
        const addresses = toBrokenFlows(toRouting(before, unhealthyFlows), routing)
        expect(routing.eligible.filter(({ address }) => addresses.includes(address))).toEqual([])
        expect(after.filter(({ address, state }) => state === 'draining' && addresses.includes(address))).toEqual([])
        expect(toBrokenFlows(routing, toRouting(after.toReversed(), unhealthyFlows))).toEqual([])
      }),
    )
  })

  it('leaves every flow on a target that may have it, through any history', () => {
    const history = fc.array(group, { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(history, flows, (groups, unhealthyFlows) => {
        // One flow on every target that was ever eligible: the address is the flow.
        const flowsOn = new Set<string>()
        let before = toRouting([], unhealthyFlows)
        for (const members of groups) {
          const after = toRouting(members, unhealthyFlows)
          for (const address of toBrokenFlows(before, after)) flowsOn.delete(address)
          for (const { address } of after.eligible) flowsOn.add(address)
          before = after
          const mayHaveFlows = members
            .filter(
              (member) =>
                member.state === 'draining' ||
                member.state === 'initial' ||
                (unhealthyFlows === 'keep' && isRegistered(member)),
            )
            .concat(after.eligible)
          for (const address of flowsOn) expect(mayHaveFlows.map((member) => member.address)).toContain(address)
        }
      }),
    )
  })
})
