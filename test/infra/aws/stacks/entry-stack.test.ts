import { Template } from 'aws-cdk-lib/assertions'
import { describe, expect, it } from 'vitest'
import { toEntryStacks, toExampleFleet } from '../../../support/aws/fleet-app.ts'

const kinds = { 'cross-vpc-nlb': 'network', 'cross-account-gwlb': 'gateway', smallest: 'none' } as const
const stacks = Object.entries(kinds).map(([name, kind]) => {
  const { entry } = toEntryStacks(toExampleFleet(name))
  return { name, kind, entry, template: Template.fromStack(entry) }
})

describe.each(stacks)('entry of $name', ({ kind, entry, template }) => {
  it('is what the fleet asks for', () => {
    expect(entry.mirrorTarget.kind).toBe(kind)
    expect([entry.targetGroup !== null, entry.loadBalancer !== null]).toEqual([kind !== 'none', kind !== 'none'])
    expect(entry.sensorInterfaceId !== null).toBe(kind === 'none')
  })

  it('tells the group that a Prometheus must join', () => {
    const [output] = Object.values(template.findOutputs('ScraperSecurityGroupId'))
    expect(output).toMatchObject({
      Value: { 'Fn::GetAtt': [expect.stringMatching(/^SecurityGroupsScraper/), 'GroupId'] },
    })
  })
})

describe('a fleet behind a gateway', () => {
  const template = stacks.find(({ kind }) => kind === 'gateway')?.template
  const service = { Ref: expect.stringMatching(/^EntryEndpointService/) }
  const toValue = (name: string) => template?.findOutputs(name)[name]?.Value

  it('prints the command that another account deploys, which needs no more than the name of the service', () => {
    const start = 'npx cdk deploy --all -c spoke=FILE -c endpointServiceName=com.amazonaws.vpce.eu-central-1.'
    expect(toValue('SpokeCommand')).toEqual({ 'Fn::Join': ['', [start, service]] })
  })

  it('prints how to accept what the other account asks for', () => {
    expect(JSON.stringify(toValue('PendingEndpointsCommand'))).toContain('aws ec2 describe-vpc-endpoint-connections')
    expect(JSON.stringify(toValue('AcceptEndpointsCommand'))).toContain('aws ec2 accept-vpc-endpoint-connections')
  })
})
