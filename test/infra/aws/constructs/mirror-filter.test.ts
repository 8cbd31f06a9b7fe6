import { Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { describe, expect, it } from 'vitest'
import { MirrorFilter } from '../../../../infra/aws/constructs/mirror-filter.ts'
import { toInternetTraffic } from '../../../../infra/traffic-mirror-filter.ts'
import { toResource, toResources } from '../../../support/aws/template-reading.ts'
import { createAwsApp } from '../../../support/aws-app.ts'

type Filter = ConstructorParameters<typeof MirrorFilter>[3]
function toTemplate(filter: Filter): Template {
  const stack = new Stack(createAwsApp(), 'stack')
  new MirrorFilter(stack, 'Filter', 'shop', filter)
  return Template.fromStack(stack)
}
const toRules = (template: Template) => Object.values(toResources(template, 'AWS::EC2::TrafficMirrorFilterRule'))

describe('mirror filter', () => {
  const rules = [
    ...toInternetTraffic('10.1.0.0/16', '10.2.0.0/16'),
    {
      ...{ direction: 'ingress' as const, number: 5, action: 'accept' as const, protocol: 6 },
      ...{ sourceCidr: '0.0.0.0/0', destinationCidr: '10.1.0.0/24', destinationPorts: { fromPort: 443, toPort: 8443 } },
    },
  ]
  const template = toTemplate({ rules, networkServices: ['amazon-dns'] })
  const silent = toTemplate({ rules, networkServices: [] })

  it('rejects what stays in the VPC before it accepts the rest: no packet comes from both ends (0.9, 1.5)', () => {
    const toFar = (direction: string, far: string) =>
      toRules(template)
        .filter((rule) => rule.TrafficDirection === direction && rule.Protocol === undefined)
        .toSorted((a, b) => Number(a.RuleNumber) - Number(b.RuleNumber))
        .map((rule) => `${rule.RuleAction} ${rule[far]}`)
    const expected = ['reject 10.1.0.0/16', 'reject 10.2.0.0/16', 'accept 0.0.0.0/0']
    expect(toFar('ingress', 'SourceCidrBlock')).toEqual(expected)
    expect(toFar('egress', 'DestinationCidrBlock')).toEqual(expected)
  })

  it('says of a rule what the description says, and nothing that it leaves out', () => {
    expect(toRules(template)).toContainEqual({
      TrafficMirrorFilterId: { Ref: expect.any(String) },
      TrafficDirection: 'ingress',
      RuleNumber: 5,
      RuleAction: 'accept',
      Protocol: 6,
      SourceCidrBlock: '0.0.0.0/0',
      DestinationCidrBlock: '10.1.0.0/24',
      DestinationPortRange: { FromPort: 443, ToPort: 8443 },
    })
  })

  it('mirrors queries to the resolver only where that is asked for (1.3)', () => {
    expect(toResource(template, 'AWS::EC2::TrafficMirrorFilter').NetworkServices).toEqual(['amazon-dns'])
    expect(toResource(silent, 'AWS::EC2::TrafficMirrorFilter').NetworkServices ?? []).toEqual([])
  })
})
