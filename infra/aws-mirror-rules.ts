import { toMaximumSources } from './aws-deployment.ts'
import type { AwsRule } from './aws-deployment-rules.ts'
import { complain, judgeUnique } from './complaint.ts'
import { coversCidr } from './ipv4-cidr.ts'
import { judgeAwsSources } from './mirror-sources.ts'

/** Who mirrors to the fleet, and what lets it in. */
export const mirrorRules: readonly AwsRule[] = [
  ({ sources }) => judgeAwsSources(sources),

  ({ loadBalancer, zones, sensors, sources }, { instances, consumerAccounts }) => {
    if (loadBalancer.kind !== 'none') return []
    const max = toMaximumSources(instances.instanceType)
    return [
      zones.length > 1 && complain('zones', zones, 'one zone where loadBalancer.kind is "none"'),
      sensors.maximumCapacity > 1 &&
        complain('sensors.maximumCapacity', sensors.maximumCapacity, '1 where loadBalancer.kind is "none"'),
      sources.length > max &&
        complain('sources', `a list of ${sources.length}`, `at most ${max} for one ${instances.instanceType}`),
      instances.warmPool !== undefined &&
        complain(
          'aws.instances.warmPool',
          instances.warmPool,
          'nothing where loadBalancer.kind is "none": there is one interface',
        ),
      consumerAccounts.length > 0 &&
        complain('aws.consumerAccounts', consumerAccounts, 'an empty list where loadBalancer.kind is "none"'),
    ]
  },

  ({ loadBalancer, sources }) => [
    loadBalancer.kind === 'gateway' &&
      sources.length > 0 &&
      complain(
        'sources',
        `a list of ${sources.length}`,
        'an empty list behind a gateway: sources are listed in a spoke description',
      ),
  ],

  (_, { account, consumerAccounts }) => [
    ...judgeUnique(consumerAccounts, (index) => `aws.consumerAccounts[${index}]`, 'each account once'),
    ...consumerAccounts.map(
      (consumer, index) =>
        consumer === account &&
        complain(`aws.consumerAccounts[${index}]`, consumer, 'another account than the fleet’s own, which may already'),
    ),
  ],

  // What a security group does not let in is dropped without a word: mirroring has no connection that could fail.
  ({ loadBalancer, sources, vpcCidr, secondaryCidrs }, { sourceCidrs, consumerAccounts }) => {
    const path = 'aws.sourceCidrs'
    const left =
      sourceCidrs === undefined ? [] : [vpcCidr, ...secondaryCidrs].filter((cidr) => !coversCidr(sourceCidrs, cidr))
    return [
      ...judgeUnique(sourceCidrs ?? [], (index) => `${path}[${index}]`, 'each CIDR once'),
      loadBalancer.kind === 'network' &&
        sourceCidrs === undefined &&
        consumerAccounts.length > 0 && {
          path,
          got: 'nothing',
          allowed: 'the CIDRs of the VPCs of aws.consumerAccounts, and of the fleet’s own VPC if it has sources',
        },
      sources.length > 0 &&
        left.length > 0 &&
        complain(path, sourceCidrs, `also the VPC of sources: ${left.join(', ')}`),
    ]
  },
]
