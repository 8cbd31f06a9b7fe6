import { CfnTrafficMirrorFilter, CfnTrafficMirrorFilterRule } from 'aws-cdk-lib/aws-ec2'
import { Construct } from 'constructs'
import type { FleetDescription } from '../../fleet.ts'

/** What of a source's traffic is mirrored. The rules are judged already: at most ten, a number once per direction. */
export class MirrorFilter extends Construct {
  readonly filterId: string

  constructor(scope: Construct, id: string, name: string, filter: FleetDescription['trafficMirrorFilter']) {
    super(scope, id)
    const resource = new CfnTrafficMirrorFilter(this, 'Filter', {
      description: `Traffic that ${name} looks at`,
      networkServices: filter.networkServices,
      tags: [{ key: 'Name', value: name }],
    })
    this.filterId = resource.ref
    for (const rule of filter.rules) {
      new CfnTrafficMirrorFilterRule(this, `${rule.direction}-${rule.number}`, {
        trafficMirrorFilterId: resource.ref,
        trafficDirection: rule.direction,
        ruleNumber: rule.number,
        ruleAction: rule.action,
        protocol: rule.protocol,
        sourceCidrBlock: rule.sourceCidr,
        destinationCidrBlock: rule.destinationCidr,
        sourcePortRange: rule.sourcePorts,
        destinationPortRange: rule.destinationPorts,
      })
    }
  }
}
