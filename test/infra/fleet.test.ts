import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeFleet, defaultFleet } from '../../infra/fleet.ts'
import { toInternetTraffic } from '../../infra/traffic-mirror-filter.ts'

const complaintsOf = (described: unknown) => {
  const decoded = decodeFleet(described)
  return decoded.ok ? [] : decoded.complaints
}
const pathsOf = (described: unknown) => complaintsOf(described).map((complaint) => complaint.split(':')[0])
const rule = {
  direction: 'ingress',
  number: 1,
  action: 'accept',
  sourceCidr: '0.0.0.0/0',
  destinationCidr: '0.0.0.0/0',
}

describe('decodeFleet', () => {
  it('makes the default fleet of nothing, and of the default fleet itself', () => {
    expect(decodeFleet({})).toEqual({ ok: true, fleet: defaultFleet })
    expect(decodeFleet(JSON.parse(JSON.stringify(defaultFleet)))).toEqual({ ok: true, fleet: defaultFleet })
  })

  it('gives the default fleet three sensors, two sources and the walkthrough’s filter', () => {
    expect(defaultFleet.sensors.desiredCapacity).toBe(3)
    expect(defaultFleet.sources).toHaveLength(2)
    expect(defaultFleet.trafficMirrorFilter).toEqual({
      rules: toInternetTraffic(defaultFleet.vpcCidr),
      networkServices: ['amazon-dns'],
    })
  })

  it('draws the default filter around the VPC, and puts the default sources into its zones', () => {
    const decoded = decodeFleet({ vpcCidr: '172.31.0.0/16', zones: ['us-east-1a'] })
    expect(decoded).toMatchObject({
      ok: true,
      fleet: {
        sources: [{ zone: 'us-east-1a' }, { zone: 'us-east-1a' }],
        trafficMirrorFilter: {
          rules: [{ action: 'reject', sourceCidr: '172.31.0.0/16' }, {}, { destinationCidr: '172.31.0.0/16' }, {}],
        },
      },
    })
  })

  it('mirrors as much of a packet as the kind of load balancer carries', () => {
    expect(defaultFleet.trafficMirrorSession.packetLength).toBe(8500)
    expect(decodeFleet({ loadBalancer: { kind: 'gateway' } })).toMatchObject({
      fleet: { trafficMirrorSession: { packetLength: 8446 } },
    })
  })

  it('fills in the rest of an object that says one thing', () => {
    expect(
      decodeFleet({ sensors: { desiredCapacity: 5 }, loadBalancer: { healthCheck: { intervalSeconds: 30 } } }),
    ).toMatchObject({
      fleet: {
        sensors: { desiredCapacity: 5, minimumCapacity: 1, maximumCapacity: 6 },
        loadBalancer: { kind: 'network', crossZone: true, healthCheck: { intervalSeconds: 30, timeoutSeconds: 2 } },
      },
    })
  })

  it.each<[string, unknown]>([
    ['name', { name: 'Upper' }],
    ['name', { name: 'a-name-of-21-characters' }],
    ['zones', { zones: [] }],
    ['vpcCidr', { vpcCidr: '10.0.0.0/8' }],
    ['vpcCidr', { vpcCidr: '10.0.0.1/16' }],
    ['sensors.desiredCapacity', { sensors: { desiredCapacity: 0 } }],
    ['sensors.maximumCapacity', { sensors: { maximumCapacity: 501 } }],
    ['sources', { sources: [] }],
    ['sources', { sources: null }],
    ['sources', { sources: Array.from({ length: 461 }, (_, index) => ({ name: `s-${index}`, zone: 'local-a' })) }],
    [
      'trafficMirrorFilter.rules[10]',
      { trafficMirrorFilter: { rules: Array.from({ length: 11 }, (_, number) => ({ ...rule, number: number + 1 })) } },
    ],
    ['trafficMirrorFilter.rules', { trafficMirrorFilter: { rules: 'internet' } }],
    ['trafficMirrorFilter.rules[0].number', { trafficMirrorFilter: { rules: [{ ...rule, number: 32767 }] } }],
    ['trafficMirrorFilter.rules[0].protocol', { trafficMirrorFilter: { rules: [{ ...rule, protocol: 'tcp' }] } }],
    ['trafficMirrorFilter.rules[0].sourceCidr', { trafficMirrorFilter: { rules: [{ ...rule, sourceCidr: '::/0' }] } }],
    ['trafficMirrorFilter.networkServices[0]', { trafficMirrorFilter: { networkServices: ['dns'] } }],
    ['trafficMirrorSession.sessionNumber', { trafficMirrorSession: { sessionNumber: 0 } }],
    ['trafficMirrorSession.virtualNetworkId', { trafficMirrorSession: { virtualNetworkId: 2 ** 24 } }],
    ['trafficMirrorSession.packetLength', { trafficMirrorSession: { packetLength: 8501 } }],
    ['loadBalancer.kind', { loadBalancer: { kind: 'application' } }],
    ['loadBalancer.crossZone', { loadBalancer: { crossZone: false } }],
    ['loadBalancer.healthCheck.intervalSeconds', { loadBalancer: { healthCheck: { intervalSeconds: 4 } } }],
    ['loadBalancer.healthCheck.timeoutSeconds', { loadBalancer: { healthCheck: { timeoutSeconds: 1 } } }],
    ['loadBalancer.healthCheck.healthyThreshold', { loadBalancer: { healthCheck: { healthyThreshold: 11 } } }],
    ['loadBalancer.deregistrationDelaySeconds', { loadBalancer: { deregistrationDelaySeconds: 3601 } }],
    ['sensorz', { sensorz: {} }],
  ])('refuses what AWS refuses: %s in %j', (path, described) => {
    expect(pathsOf(described)).toEqual([path])
  })

  it('reports everything at once', () => {
    expect(
      pathsOf({
        name: '',
        vpcCidr: 'x',
        sensors: { desiredCapacity: 0, ringMebibytes: 0 },
        loadBalancer: { kind: 1 },
        more: 1,
      }),
    ).toEqual(['more', 'name', 'vpcCidr', 'sensors.desiredCapacity', 'sensors.ringMebibytes', 'loadBalancer.kind'])
  })

  it('complains about anything else without failing itself, and changes nothing that it was given', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.constantFrom('sources', 'zones', 'trafficMirrorFilter', 'loadBalancer', 'vpcCidr'),
        (value, field) => {
          for (const described of [value, { [field]: value }]) {
            const before = JSON.stringify(described)
            const decoded = decodeFleet(described)
            expect(decoded.ok || decoded.complaints.length > 0).toBe(true)
            expect(JSON.stringify(described)).toBe(before)
          }
        },
      ),
    )
  })
})
