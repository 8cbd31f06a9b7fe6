import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib'
import type { ISecurityGroup } from 'aws-cdk-lib/aws-ec2'
import type { Construct } from 'constructs'
import type { AwsFleet } from '../aws-fleet.ts'
import type { Entry, EntryProps, MirrorTarget, SensorNetwork } from '../constructs/entry.ts'
import { GatewayLoadBalancerEntry } from '../constructs/gateway-load-balancer-entry.ts'
import { InterfaceEntry } from '../constructs/interface-entry.ts'
import { NetworkLoadBalancerEntry } from '../constructs/network-load-balancer-entry.ts'
import { SensorSecurityGroups } from '../constructs/sensor-security-groups.ts'
import { exportStrongly } from '../strong-export.ts'

export interface EntryStackProps extends StackProps {
  readonly fleet: AwsFleet
  readonly network: SensorNetwork
}

type Kind = AwsFleet['loadBalancer']['kind']
const entries: Readonly<Record<Kind, (scope: Construct, props: EntryProps) => Entry>> = {
  network: (scope, props) => new NetworkLoadBalancerEntry(scope, 'Entry', props),
  gateway: (scope, props) => new GatewayLoadBalancerEntry(scope, 'Entry', props),
  none: (scope, props) => new InterfaceEntry(scope, 'Entry', props),
}

/** Where mirrored traffic comes in, and who may talk to the sensors. */
export class EntryStack extends Stack implements Entry {
  readonly sensorSecurityGroup: ISecurityGroup
  readonly scraperSecurityGroup: ISecurityGroup
  readonly targetGroup: Entry['targetGroup']
  readonly loadBalancer: Entry['loadBalancer']
  readonly mirrorTarget: MirrorTarget
  readonly sensorInterfaceId: string | null

  constructor(scope: Construct, id: string, { fleet, network, ...props }: EntryStackProps) {
    super(scope, id, props)
    const { sensors, scraper } = new SensorSecurityGroups(this, 'SecurityGroups', fleet, network)
    const entry = entries[fleet.loadBalancer.kind](this, { fleet, network, sensorSecurityGroup: sensors })
    this.sensorSecurityGroup = sensors
    this.scraperSecurityGroup = scraper
    this.targetGroup = entry.targetGroup
    this.loadBalancer = entry.loadBalancer
    this.mirrorTarget = entry.mirrorTarget
    this.sensorInterfaceId = entry.sensorInterfaceId

    new CfnOutput(this, 'ScraperSecurityGroupId', {
      description: 'Put a Prometheus into this security group, and it may scrape the sensors',
      value: scraper.securityGroupId,
    })
    exportStrongly(this)
  }
}
