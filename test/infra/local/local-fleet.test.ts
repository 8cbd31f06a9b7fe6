import { describe, expect, it } from 'vitest'
import { decodeFleet, defaultFleet } from '../../../infra/fleet.ts'
import { judgeLocalFleet, withOptions } from '../../../infra/local/local-fleet.ts'

const fleetOf = (described: unknown) => {
  const decoded = decodeFleet(described)
  if (!decoded.ok) throw new Error(`AWS must accept it: ${decoded.complaints.join('; ')}`)
  return decoded.fleet
}
const sourcesNamed = (...names: readonly string[]) => ({ sources: names.map((name) => ({ name, zone: 'local-a' })) })

describe('judgeLocalFleet', () => {
  it('accepts the default fleet, and 20 sources and sensors', () => {
    expect(judgeLocalFleet(defaultFleet)).toEqual([])
    expect(judgeLocalFleet(withOptions(defaultFleet, { sensors: 20, sources: 20 }))).toEqual([])
  })

  it.each([
    [{ loadBalancer: { kind: 'gateway' } }, 'loadBalancer.kind: got "gateway"'],
    [{ vpcCidr: '10.1.0.0/16' }, 'vpcCidr: got "10.1.0.0/16"'],
    [{ vpcCidr: '198.18.0.0/24' }, 'vpcCidr: got "198.18.0.0/24"'],
    [{ sensors: { desiredCapacity: 21, maximumCapacity: 21 } }, 'sensors.desiredCapacity: got 21'],
    [sourcesNamed(...Array.from({ length: 21 }, (_, n) => `host-${n}`)), 'sources: got "a list of 21"'],
    [sourcesNamed('web', 'internet'), 'sources[1].name: got "internet"'],
    [sourcesNamed('load-balancer'), 'sources[0].name: got "load-balancer"'],
    [sourcesNamed('sensor-7'), 'sources[0].name: got "sensor-7"'],
  ])('refuses %j, which AWS could build', (described, complaint) => {
    expect(judgeLocalFleet(fleetOf(described))).toEqual([expect.stringContaining(complaint)])
  })

  it.each(['sensor', 'sensor-a', 'internet-1'])('takes a source named %s, which nothing else is', (name) => {
    expect(judgeLocalFleet(fleetOf(sourcesNamed(name)))).toEqual([])
  })

  it('holds the command line’s counts against the description', () => {
    const fleet = fleetOf({ sensors: { minimumCapacity: 2 } })
    expect(judgeLocalFleet(withOptions(fleet, { sensors: 1, sources: null }))).toEqual([
      expect.stringContaining('sensors.desiredCapacity: got 1, allowed is minimumCapacity..maximumCapacity'),
    ])
  })

  it('lists everything at once', () => {
    const fleet = fleetOf({ loadBalancer: { kind: 'gateway' }, vpcCidr: '10.1.0.0/16', ...sourcesNamed('internet') })
    expect(judgeLocalFleet(withOptions(fleet, { sensors: null, sources: null }))).toHaveLength(3)
  })
})

describe('withOptions', () => {
  it('spreads sources over the zones, and raises the maximum for the sensors that were asked for', () => {
    const { sources, sensors } = withOptions(defaultFleet, { sensors: 9, sources: 3 })
    expect(sources.map(({ zone }) => zone)).toEqual(['local-a', 'local-b', 'local-a'])
    expect(sensors).toMatchObject({ desiredCapacity: 9, maximumCapacity: 9 })
  })

  it('leaves the description alone where nothing was asked for', () => {
    expect(withOptions(defaultFleet, { sensors: null, sources: null })).toEqual(defaultFleet)
  })
})
