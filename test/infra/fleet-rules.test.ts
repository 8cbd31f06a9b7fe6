import { describe, expect, it } from 'vitest'
import { defaultFleet, type FleetDescription } from '../../infra/fleet.ts'
import { judgeFleetFields } from '../../infra/fleet-rules.ts'
import { maximumVnis } from '../../sensor-agent/decapsulation.ts'

const { sensors, loadBalancer, trafficMirrorFilter, trafficMirrorSession } = defaultFleet
const acceptAll = { action: 'accept', sourceCidr: '0.0.0.0/0', destinationCidr: '0.0.0.0/0' } as const
const withRules = (...rules: FleetDescription['trafficMirrorFilter']['rules']) => ({
  trafficMirrorFilter: { ...trafficMirrorFilter, rules },
})
const withHealthCheck = (intervalSeconds: number, timeoutSeconds: number) => ({
  loadBalancer: { ...loadBalancer, healthCheck: { ...loadBalancer.healthCheck, intervalSeconds, timeoutSeconds } },
})
const inKernel = { ...sensors, decapsulation: 'kernel' as const }
/** The session's own VNI is one more. */
const tenants = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ name: `t-${index}`, zone: 'local-a', virtualNetworkId: index + 2 }))
const gateway = { ...loadBalancer, kind: 'gateway' as const }

describe('judgeFleetFields', () => {
  it.each<[string, Partial<FleetDescription>]>([
    ['min = desired = max', { sensors: { ...sensors, minimumCapacity: 3, maximumCapacity: 3 } }],
    [
      'one number in each direction',
      withRules({ direction: 'ingress', number: 1, ...acceptAll }, { direction: 'egress', number: 1, ...acceptAll }),
    ],
    [
      'ports with UDP',
      withRules({
        direction: 'ingress',
        number: 1,
        ...acceptAll,
        protocol: 17,
        sourcePorts: { fromPort: 53, toPort: 53 },
      }),
    ],
    ['as many VNIs as an agent makes devices for', { sensors: inKernel, sources: tenants(maximumVnis - 1) }],
    ['any number of VNIs for the engine', { sources: tenants(maximumVnis) }],
    ['a timeout as long as the interval, which NLB allows', withHealthCheck(5, 5)],
    ['only the resolver’s traffic', { trafficMirrorFilter: { rules: [], networkServices: ['amazon-dns'] } }],
    [
      '8446 bytes behind a gateway',
      { loadBalancer: gateway, trafficMirrorSession: { ...trafficMirrorSession, packetLength: 8446 } },
    ],
  ])('accepts %s', (_what, fields) => {
    expect(judgeFleetFields({ ...defaultFleet, ...fields })).toEqual([])
  })

  it.each<[string, Partial<FleetDescription>]>([
    ['zones[1]', { zones: ['local-a', 'local-a', 'local-b'] }],
    ['sensors.desiredCapacity', { sensors: { ...sensors, minimumCapacity: 4 } }],
    ['sensors.desiredCapacity', { sensors: { ...sensors, maximumCapacity: 2 } }],
    [
      'sources[1].name',
      {
        sources: [
          { name: 'a', zone: 'local-a' },
          { name: 'a', zone: 'local-b' },
        ],
      },
    ],
    ['sources', { sensors: inKernel, sources: tenants(maximumVnis) }],
    [
      'sensors.decapsulation',
      {
        sensors: inKernel,
        loadBalancer: gateway,
        trafficMirrorSession: { ...trafficMirrorSession, packetLength: 8446 },
      },
    ],
    ['sources[0].zone', { sources: [{ name: 'a', zone: 'local-c' }] }],
    [
      'trafficMirrorFilter.rules[1]',
      withRules({ direction: 'egress', number: 1, ...acceptAll }, { direction: 'egress', number: 1, ...acceptAll }),
    ],
    [
      'trafficMirrorFilter.rules[0].sourcePorts',
      withRules({ direction: 'egress', number: 1, ...acceptAll, sourcePorts: { fromPort: 1, toPort: 2 } }),
    ],
    [
      'trafficMirrorFilter.rules[0].destinationPorts',
      withRules({
        direction: 'egress',
        number: 1,
        ...acceptAll,
        protocol: 1,
        destinationPorts: { fromPort: 1, toPort: 2 },
      }),
    ],
    [
      'trafficMirrorFilter.rules[0].destinationPorts',
      withRules({
        direction: 'egress',
        number: 1,
        ...acceptAll,
        protocol: 6,
        destinationPorts: { fromPort: 2, toPort: 1 },
      }),
    ],
    [
      'trafficMirrorFilter',
      {
        trafficMirrorFilter: {
          rules: [{ direction: 'egress', number: 1, ...acceptAll, action: 'reject' }],
          networkServices: [],
        },
      },
    ],
    ['loadBalancer.healthCheck.timeoutSeconds', withHealthCheck(5, 6)],
    [
      'trafficMirrorSession.packetLength',
      { loadBalancer: gateway, trafficMirrorSession: { ...trafficMirrorSession, packetLength: 8447 } },
    ],
  ])('complains about %s', (path, fields) => {
    expect(judgeFleetFields({ ...defaultFleet, ...fields }).map((complaint) => complaint.path)).toEqual([path])
  })
})
