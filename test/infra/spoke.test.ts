import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeSpoke } from '../../infra/spoke.ts'
import { projectRoot } from '../support/source-files.ts'

const folder = join(projectRoot, 'infra', 'fleets')
const source = { name: 'api-1', zone: 'euc1-az1', networkInterfaceId: 'eni-00000001' }
const shared = {
  name: 'spoke',
  account: '444455556666',
  region: 'eu-central-1',
  vpcId: 'vpc-00000001',
  vpcCidr: '10.60.0.0/16',
  trafficMirrorTargetId: 'tmt-00000001',
  sources: [source],
}
const { trafficMirrorTargetId: _, ...unbound } = shared
const gateway = {
  ...unbound,
  endpointServiceName: 'com.amazonaws.vpce.eu-central-1.vpce-svc-00000001',
  endpointSubnets: [{ zone: 'euc1-az1', subnetId: 'subnet-00000001' }],
}

function pathsOf(described: unknown): (string | undefined)[] {
  const decoded = decodeSpoke(described)
  return decoded.ok ? [] : decoded.complaints.map((complaint) => complaint.split(':')[0])
}

describe('decodeSpoke', () => {
  it.each(readdirSync(folder).filter((file) => file.endsWith('.spoke.json')))('takes the example %s', (file) => {
    expect(pathsOf(JSON.parse(readFileSync(join(folder, file), 'utf8')))).toEqual([])
  })

  it('mirrors what crosses the border of every CIDR of the VPC unless told otherwise', () => {
    const decoded = decodeSpoke({ ...shared, secondaryCidrs: ['100.64.0.0/16'] })
    const rejected = decoded.ok
      ? decoded.spoke.trafficMirrorFilter.rules.filter(({ action }) => action === 'reject')
      : []
    expect(rejected.map(({ sourceCidr, destinationCidr }) => `${sourceCidr} ${destinationCidr}`)).toEqual([
      '10.60.0.0/16 0.0.0.0/0',
      '100.64.0.0/16 0.0.0.0/0',
      '0.0.0.0/0 10.60.0.0/16',
      '0.0.0.0/0 100.64.0.0/16',
    ])
  })

  it('mirrors no more of a packet than the gateway carries', () => {
    expect(decodeSpoke(gateway)).toMatchObject({ spoke: { trafficMirrorSession: { packetLength: 8446 } } })
    expect(decodeSpoke(shared)).toMatchObject({ spoke: { trafficMirrorSession: { packetLength: 8500 } } })
  })

  it.each<[string, unknown]>([
    ['endpointServiceName', unbound],
    ['endpointServiceName', { ...gateway, trafficMirrorTargetId: 'tmt-00000001' }],
    ['endpointSubnets', { ...shared, endpointSubnets: gateway.endpointSubnets }],
    [
      'endpointSubnets[1].zone',
      { ...gateway, endpointSubnets: [...gateway.endpointSubnets, ...gateway.endpointSubnets] },
    ],
    ['sources[0].zone', { ...gateway, sources: [{ ...source, zone: 'euc1-az2' }] }],
    ['trafficMirrorSession.packetLength', { ...gateway, trafficMirrorSession: { packetLength: 8447 } }],
    ['sources[1].networkInterfaceId', { ...shared, sources: [source, { ...source, name: 'api-2' }] }],
    ['sources', { ...shared, sources: [] }],
    [
      'sources',
      {
        ...shared,
        sources: Array.from({ length: 461 }, (_, index) => ({
          ...source,
          name: `api-${index}`,
          networkInterfaceId: `eni-${String(index).padStart(8, '0')}`,
        })),
      },
    ],
    ['alarmEmails[1]', { ...shared, alarmEmails: ['a@example.com', 'a@example.com'] }],
    ['vpcCidr', { ...shared, vpcCidr: undefined }],
    ['trafficMirrorFilter.rules', { ...shared, trafficMirrorFilter: { rules: 'all' } }],
    ['surplus', { ...shared, surplus: 1 }],
  ])('refuses %s in %j', (path, described) => {
    expect(pathsOf(described)).toEqual([path])
  })

  it('complains about anything else without failing itself', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(decodeSpoke(value).ok).toBe(false)
        expect(decodeSpoke({ ...shared, trafficMirrorSession: value, trafficMirrorFilter: value })).toBeDefined()
      }),
    )
  })
})
