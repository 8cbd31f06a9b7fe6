import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { decodeFleet } from '../../infra/fleet.ts'
import { projectRoot } from '../support/source-files.ts'

const folder = join(projectRoot, 'infra', 'fleets')
const aws = { account: '111122223333', region: 'eu-central-1' }
const zones = ['eu-central-1a', 'eu-central-1b']
const source = { name: 'web-1', zone: 'eu-central-1a', networkInterfaceId: 'eni-00000001' }
const many = Array.from({ length: 11 }, (_, index) => ({
  ...source,
  name: `web-${index}`,
  networkInterfaceId: `eni-000000${String(index).padStart(2, '0')}`,
}))
const existing = (...cidrs: readonly (string | undefined)[]) => ({
  vpcId: 'vpc-00000001',
  subnets: zones.map((zone, index) => ({
    zone,
    subnetId: `subnet-0000000${index}`,
    ...(cidrs[index] === undefined ? {} : { cidr: cidrs[index] }),
  })),
})
const behindGateway = { zones, vpcCidr: '10.0.0.0/16', loadBalancer: { kind: 'gateway' } }
const alone = { zones: ['eu-central-1a'], loadBalancer: { kind: 'none' }, aws }

function pathsOf(described: unknown): (string | undefined)[] {
  const decoded = decodeFleet(described)
  return decoded.ok ? [] : decoded.complaints.map((complaint) => complaint.split(':')[0])
}

describe('a fleet on AWS', () => {
  it.each(readdirSync(folder).filter((file) => !file.endsWith('.spoke.json')))('%s is complete', (file) => {
    expect(pathsOf(JSON.parse(readFileSync(join(folder, file), 'utf8')))).toEqual([])
  })

  it('has two sensors at least unless told otherwise, one capture thread a core, and no sources of its own', () => {
    expect(decodeFleet({ zones, aws })).toMatchObject({
      fleet: { sensors: { minimumCapacity: 2, desiredCapacity: 2, captureThreads: 0 }, sources: [] },
    })
  })

  it('has exactly one sensor where its interface is the target', () => {
    expect(decodeFleet(alone)).toMatchObject({
      fleet: { sensors: { minimumCapacity: 1, desiredCapacity: 1, maximumCapacity: 1 } },
    })
  })

  it.each<[string, unknown]>([
    ['zones[0]', { zones: ['us-east-1a'], aws }],
    ['zones[1]', { zones: ['eu-central-1a', 'eu-central-1'], aws }],
    ['aws.network.subnets', { zones, aws: { ...aws, network: { vpcId: 'vpc-00000001' } } }],
    [
      'aws.network.subnets',
      {
        zones,
        aws: {
          ...aws,
          network: { vpcId: 'vpc-00000001', subnets: [{ zone: 'eu-central-1a', subnetId: 'subnet-00000001' }] },
        },
      },
    ],
    [
      'aws.network.subnets',
      {
        zones: ['eu-central-1a'],
        aws: { ...aws, network: { subnets: [{ zone: 'eu-central-1a', subnetId: 'subnet-00000001' }] } },
      },
    ],
    ['aws.network.natGateways', { zones, aws: { ...aws, network: { natGateways: 3 } } }],
    ['aws.network.natGateways', { zones, aws: { ...aws, network: { natGateways: 0 } } }],
    ['vpcCidr', { zones, vpcCidr: '10.0.0.0/25', aws }],
    [
      'vpcCidr',
      {
        zones,
        vpcCidr: '10.0.0.0/26',
        aws: { ...aws, network: { natGateways: 0 }, instances: { imageId: 'ami-00000001' } },
      },
    ],
    ['aws.network.subnets[1].cidr', { ...behindGateway, aws: { ...aws, network: existing('10.0.1.0/24') } }],
    [
      'aws.network.subnets[0].cidr',
      { ...behindGateway, aws: { ...aws, network: existing('10.1.1.0/24', '10.0.2.0/24') } },
    ],
    ['aws.instances.launchDeadlineSeconds', { zones, aws: { ...aws, instances: { launchDeadlineSeconds: 299 } } }],
    ['aws.alarmEmails[1]', { zones, aws: { ...aws, alarmEmails: ['a@example.com', 'a@example.com'] } }],
    ['aws.sourceCidrs[1]', { zones, aws: { ...aws, sourceCidrs: ['10.0.0.0/16', '10.0.0.0/16'] } }],
    ['aws.sourceCidrs', { zones, aws: { ...aws, consumerAccounts: ['444455556666'] } }],
    [
      'aws.sourceCidrs',
      { zones, vpcCidr: '10.0.0.0/16', aws: { ...aws, sourceCidrs: ['10.0.0.0/17'] }, sources: [source] },
    ],
    [
      'aws.consumerAccounts[1]',
      { ...behindGateway, aws: { ...aws, consumerAccounts: ['444455556666', '444455556666'] } },
    ],
    ['aws.consumerAccounts[0]', { ...behindGateway, aws: { ...aws, consumerAccounts: [aws.account] } }],
    ['sources[0].networkInterfaceId', { zones, aws, sources: [{ name: 'web-1', zone: 'eu-central-1a' }] }],
    ['sources', { zones, aws, loadBalancer: { kind: 'gateway' }, sources: [source] }],
    ['zones', { ...alone, zones }],
    ['sensors.maximumCapacity', { ...alone, sensors: { maximumCapacity: 2 } }],
    ['sources', { ...alone, sources: many }],
    ['aws.instances.warmPool', { ...alone, aws: { ...aws, instances: { warmPool: {} } } }],
    ['aws.consumerAccounts', { ...alone, aws: { ...aws, consumerAccounts: ['444455556666'] } }],
    ['aws.account', { zones, aws: { ...aws, account: '1' } }],
    ['aws.instances.instanceType', { zones, aws: { ...aws, instances: { instanceType: 'm5.large' } } }],
  ])('is refused for %s in %j', (path, described) => {
    expect(pathsOf(described)).toEqual([path])
  })

  it.each<[string, readonly string[], readonly string[]]>([
    [
      'one wrong zone',
      ['eu-central-1a', 'eu-central-1c'],
      ['aws.network.subnets[1].zone: got "eu-central-1c", allowed is one of zones that has no subnet: eu-central-1b'],
    ],
    [
      'a zone twice, so that another has none',
      ['eu-central-1b', 'eu-central-1b'],
      ['aws.network.subnets[1].zone: got "eu-central-1b", allowed is one of zones that has no subnet: eu-central-1a'],
    ],
    [
      'a subnet too many',
      ['eu-central-1a', 'eu-central-1b', 'eu-central-1a'],
      ['aws.network.subnets[2].zone: got "eu-central-1a", allowed is nothing: each of zones has its subnet'],
    ],
    [
      'a zone without a subnet',
      ['eu-central-1a'],
      [
        'aws.network.subnets: got none in eu-central-1b, allowed is one subnet for each of zones: eu-central-1a, eu-central-1b',
      ],
    ],
    ['subnets in another order', ['eu-central-1b', 'eu-central-1a'], []],
  ])('points at the one subnet that does not fit: %s', (_, subnetZones, complaints) => {
    const subnets = subnetZones.map((zone, index) => ({ zone, subnetId: `subnet-0000000${index}` }))
    const decoded = decodeFleet({ zones, aws: { ...aws, network: { vpcId: 'vpc-00000001', subnets } } })
    expect(decoded.ok ? [] : decoded.complaints).toEqual(complaints)
  })

  it('may mirror ten sources to one interface, and a hundred to the largest', () => {
    expect(pathsOf({ ...alone, sources: many.slice(1) })).toEqual([])
    expect(pathsOf({ ...alone, sources: many, aws: { ...aws, instances: { instanceType: 'c6in.32xlarge' } } })).toEqual(
      [],
    )
  })

  it('lets in who mirrors to it: its own VPC in parts, and consumers by their CIDRs', () => {
    const parts = ['10.0.128.0/17', '10.9.0.0/16', '10.0.0.0/17']
    const described = { ...aws, sourceCidrs: parts, consumerAccounts: ['444455556666'] }
    expect(pathsOf({ zones, vpcCidr: '10.0.0.0/16', aws: described, sources: [source] })).toEqual([])
  })

  it('has room for six zones in the smallest VPC', () => {
    expect(pathsOf({ zones, vpcCidr: '10.0.0.0/24', aws })).toEqual([])
  })

  it('knows a gateway’s traffic by the CIDRs of its subnets', () => {
    const network = existing('10.0.1.0/24', '10.0.2.0/24')
    expect(pathsOf({ ...behindGateway, aws: { ...aws, network } })).toEqual([])
    expect(pathsOf({ zones, aws: { ...aws, network: existing() } })).toEqual([])
  })

  it('may be quick to give up an instance whose image has everything', () => {
    const instances = { imageId: 'ami-00000001', launchDeadlineSeconds: 120 }
    expect(pathsOf({ zones, aws: { ...aws, instances } })).toEqual([])
  })

  it('needs no NAT gateway with an image that has everything', () => {
    const described = { ...aws, network: { natGateways: 0 }, instances: { imageId: 'ami-00000001' } }
    expect(pathsOf({ zones, aws: described })).toEqual([])
  })
})

describe('a fleet for one machine', () => {
  it('mirrors something', () => {
    expect(pathsOf({ sources: [] })).toEqual(['sources'])
  })
})
