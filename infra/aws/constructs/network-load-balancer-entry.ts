import { Duration, Validations } from 'aws-cdk-lib'
import { Peer, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2'
import { NetworkLoadBalancer, NetworkTargetGroup, Protocol, TargetType } from 'aws-cdk-lib/aws-elasticloadbalancingv2'
import { Construct } from 'constructs'
import { type AwsFleet, toNames } from '../aws-fleet.ts'
import { type Entry, type EntryProps, readiness, type SensorNetwork, toSourceCidrs } from './entry.ts'
import { sensorPort } from './sensor-port.ts'

function addTargetGroup(scope: Construct, fleet: AwsFleet, { vpc }: SensorNetwork): NetworkTargetGroup {
  const { healthCheck, deregistrationDelaySeconds } = fleet.loadBalancer
  const group = new NetworkTargetGroup(scope, 'TargetGroup', {
    targetGroupName: toNames(fleet).targetGroup,
    vpc,
    port: sensorPort.vxlan,
    protocol: Protocol.UDP,
    targetType: TargetType.INSTANCE,
    healthCheck: {
      protocol: Protocol.HTTP,
      port: String(sensorPort.http),
      path: readiness.path,
      healthyHttpCodes: readiness.code,
      interval: Duration.seconds(healthCheck.intervalSeconds),
      timeout: Duration.seconds(healthCheck.timeoutSeconds),
      healthyThresholdCount: healthCheck.healthyThreshold,
      unhealthyThresholdCount: healthCheck.unhealthyThreshold,
    },
    preserveClientIp: true,
    deregistrationDelay: Duration.seconds(deregistrationDelaySeconds),
    // A mirrored interface never falls silent, so its flows would stay with a sensor that is gone (aws.md 0.3, 2.4).
    connectionTermination: true,
    // Fail open only once nobody is healthy: a higher threshold sends traffic to broken sensors sooner (aws.md 2.5).
    targetGroupHealth: { routingMinimumHealthyTargetCount: 1 },
  })
  // By source address everything that an interface mirrors would go to one sensor (aws.md 0.8).
  group.setAttribute('stickiness.enabled', 'false')
  return group
}

/**
 * The load balancer's own group. It must be there from the start, for none can be added later (aws.md 2.6), and have
 * rules: the one that CDK would make blocks mirrored traffic and health checks alike (aws.md 0.10).
 */
function addSecurityGroup(scope: Construct, { fleet, network, sensorSecurityGroup }: EntryProps): SecurityGroup {
  const group = new SecurityGroup(scope, 'SecurityGroup', {
    vpc: network.vpc,
    description: `Load balancer of ${fleet.name}`,
    allowAllOutbound: false,
  })
  for (const cidr of toSourceCidrs(fleet)) {
    group.addIngressRule(Peer.ipv4(cidr), Port.udp(sensorPort.vxlan), 'mirrored traffic of the sources')
  }
  // The sensors name this group and no addresses: that holds although packets keep their source's address, and keeps
  // everybody from reaching a sensor past the load balancer (NLB guide, security groups).
  for (const [port, what] of [
    [Port.udp(sensorPort.vxlan), 'mirrored traffic'],
    [Port.tcp(sensorPort.http), 'health checks'],
  ] as const) {
    group.addEgressRule(sensorSecurityGroup, port, `${what} to the sensors`)
    sensorSecurityGroup.addIngressRule(group, port, `${what} from the load balancer`)
  }
  return group
}

/** VXLAN by way of an internal Network Load Balancer. */
export class NetworkLoadBalancerEntry extends Construct implements Entry {
  readonly mirrorTarget: Entry['mirrorTarget']
  readonly targetGroup: Entry['targetGroup']
  readonly loadBalancer: Entry['loadBalancer']
  readonly sensorInterfaceId = null

  constructor(scope: Construct, id: string, props: EntryProps) {
    super(scope, id)
    const { fleet, network } = props
    const balancer = new NetworkLoadBalancer(this, 'LoadBalancer', {
      loadBalancerName: toNames(fleet).loadBalancer,
      vpc: network.vpc,
      vpcSubnets: network.sensorSubnets,
      internetFacing: false,
      // Mirroring goes on sending to a node that DNS has dropped: only so does it reach a sensor there (aws.md 2.1).
      crossZoneEnabled: true,
      securityGroups: [addSecurityGroup(this, props)],
    })
    Validations.of(balancer).acknowledge({
      id: 'AwsSolutions-ELB2',
      reason: 'A Network Load Balancer writes access logs for TLS listeners only; this one has a UDP listener.',
    })
    const group = addTargetGroup(this, fleet, network)
    // Without it mirroring fails "without an error indication" (aws.md 2.1).
    balancer.addListener('Vxlan', { port: sensorPort.vxlan, protocol: Protocol.UDP, defaultTargetGroups: [group] })

    this.mirrorTarget = { kind: 'network', loadBalancerArn: balancer.loadBalancerArn }
    this.targetGroup = { arn: group.targetGroupArn, fullName: group.targetGroupFullName }
    this.loadBalancer = { fullName: balancer.loadBalancerFullName, kind: 'network' }
  }
}
