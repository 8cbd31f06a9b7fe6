import { Validations } from 'aws-cdk-lib'
import { Peer, Port } from 'aws-cdk-lib/aws-ec2'
import { CfnListener, CfnLoadBalancer, CfnTargetGroup } from 'aws-cdk-lib/aws-elasticloadbalancingv2'
import { Construct } from 'constructs'
import { type AwsFleet, toNames } from '../aws-fleet.ts'
import { EndpointService } from './endpoint-service.ts'
import { type Entry, type EntryProps, readiness, type SensorNetwork } from './entry.ts'
import { sensorPort } from './sensor-port.ts'

function addTargetGroup(scope: Construct, fleet: AwsFleet, { vpc }: SensorNetwork): CfnTargetGroup {
  const { healthCheck, deregistrationDelaySeconds } = fleet.loadBalancer
  const attributes = {
    'deregistration_delay.timeout_seconds': String(deregistrationDelaySeconds),
    // Otherwise flows of a sensor that failed or left go on to it for as long as their source talks, which is always; one
    // without the other is refused (aws.md 0.7, 3.4).
    'target_failover.on_deregistration': 'rebalance',
    'target_failover.on_unhealthy': 'rebalance',
    // Five-tuple. With fewer fields everything that an interface mirrors goes to one sensor (aws.md 0.8).
    'stickiness.enabled': 'false',
  }
  return new CfnTargetGroup(scope, 'TargetGroup', {
    name: toNames(fleet).targetGroup,
    vpcId: vpc.vpcId,
    protocol: 'GENEVE',
    port: sensorPort.geneve,
    targetType: 'instance',
    healthCheckProtocol: 'HTTP',
    healthCheckPort: String(sensorPort.http),
    healthCheckPath: readiness.path,
    matcher: { httpCode: readiness.code },
    healthCheckIntervalSeconds: healthCheck.intervalSeconds,
    healthCheckTimeoutSeconds: healthCheck.timeoutSeconds,
    healthyThresholdCount: healthCheck.healthyThreshold,
    unhealthyThresholdCount: healthCheck.unhealthyThreshold,
    targetGroupAttributes: Object.entries(attributes).map(([key, value]) => ({ key, value })),
  })
}

/** A gateway has no security group that a rule could name (SetSecurityGroups): the rules name the subnets that its nodes are in. */
function admitGateway({ network, sensorSecurityGroup }: EntryProps): void {
  const { subnets } = network.vpc.selectSubnets(network.sensorSubnets)
  for (const { ipv4CidrBlock: cidr } of subnets) {
    sensorSecurityGroup.addIngressRule(
      Peer.ipv4(cidr),
      Port.udp(sensorPort.geneve),
      'mirrored traffic from the gateway',
    )
    sensorSecurityGroup.addIngressRule(Peer.ipv4(cidr), Port.tcp(sensorPort.http), 'health checks from the gateway')
  }
}

/** VXLAN in GENEVE by way of a Gateway Load Balancer and its endpoint service. L1 constructs: CDK has no others. */
export class GatewayLoadBalancerEntry extends Construct implements Entry {
  readonly mirrorTarget: Entry['mirrorTarget']
  readonly targetGroup: Entry['targetGroup']
  readonly loadBalancer: Entry['loadBalancer']
  readonly sensorInterfaceId = null

  constructor(scope: Construct, id: string, props: EntryProps) {
    super(scope, id)
    const { fleet, network } = props
    const balancer = new CfnLoadBalancer(this, 'LoadBalancer', {
      name: toNames(fleet).loadBalancer,
      type: 'gateway',
      subnets: network.vpc.selectSubnets(network.sensorSubnets).subnetIds,
      // A zone whose sensors are all unhealthy would pick one of them at random, for the life of the flow (aws.md 3.5).
      loadBalancerAttributes: [{ key: 'load_balancing.cross_zone.enabled', value: 'true' }],
    })
    Validations.of(balancer).acknowledge({
      id: 'AwsSolutions-ELB2',
      reason: 'A Gateway Load Balancer has no access logs: it forwards packets and accepts no connections.',
    })
    const group = addTargetGroup(this, fleet, network)
    // Port and protocol must be left out: a gateway listens for every packet (CreateListener).
    new CfnListener(this, 'Listener', {
      loadBalancerArn: balancer.ref,
      defaultActions: [{ type: 'forward', targetGroupArn: group.ref }],
    })
    admitGateway(props)
    const { serviceName } = new EndpointService(this, 'EndpointService', {
      gatewayLoadBalancerArn: balancer.ref,
      consumerAccounts: fleet.aws.consumerAccounts,
    })

    this.mirrorTarget = { kind: 'gateway', endpointServiceName: serviceName }
    this.targetGroup = { arn: group.ref, fullName: group.attrTargetGroupFullName }
    this.loadBalancer = { fullName: balancer.attrLoadBalancerFullName, kind: 'gateway' }
  }
}
