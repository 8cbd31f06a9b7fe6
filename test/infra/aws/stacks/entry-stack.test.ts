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

  it('prints the steps of a spoke in their order: its endpoints, their acceptance, and mirroring once they are accepted', () => {
    const names = Object.keys(template?.findOutputs('*') ?? {}).filter((name) => name.startsWith('SpokeCommand'))
    const commands = names.toSorted().map((name) => JSON.stringify(toValue(name)))
    expect(commands.map((command) => /(npx cdk|aws ec2) [a-z-]+( endpoints| mirror)?/.exec(command)?.[0])).toEqual([
      'npx cdk deploy endpoints',
      'aws ec2 describe-vpc-endpoint-connections',
      'aws ec2 accept-vpc-endpoint-connections',
      'npx cdk deploy mirror',
    ])
  })

  it.each(['SpokeCommand1Endpoints', 'SpokeCommand4Mirror'])(
    '%s needs no more than the name of the service',
    (name) => {
      const command: unknown = toValue(name)
      expect(command).toEqual({
        'Fn::Join': [
          '',
          [
            expect.stringMatching(/-c spoke=FILE -c endpointServiceName=com\.amazonaws\.vpce\.eu-central-1\.$/),
            service,
          ],
        ],
      })
    },
  )
})
