import { RemovalPolicy, Validations } from 'aws-cdk-lib'
import * as ec2 from 'aws-cdk-lib/aws-ec2'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import type { AwsFleet } from '../aws-fleet.ts'

/** What a sensor calls: the agent its group, target group and metrics, the SSM agent its sessions. */
const calledServices = {
  ssm: ec2.InterfaceVpcEndpointAwsService.SSM,
  ssmmessages: ec2.InterfaceVpcEndpointAwsService.SSM_MESSAGES,
  autoscaling: ec2.InterfaceVpcEndpointAwsService.AUTOSCALING,
  elasticloadbalancing: ec2.InterfaceVpcEndpointAwsService.ELASTIC_LOAD_BALANCING,
  monitoring: ec2.InterfaceVpcEndpointAwsService.CLOUDWATCH_MONITORING,
}

/** Of a description (infra/fleet.ts). A new VPC has room for as many, however few it has. */
const mostZones = 6

/**
 * A VPC of the fleet's own: a private subnet for sensors in each zone. They reach AWS and Ubuntu's archive through NAT
 * gateways, or, with none, AWS alone through interface endpoints.
 */
export class NewVpc extends Construct {
  readonly vpc: ec2.Vpc
  readonly sensorSubnets: ec2.SubnetSelection

  constructor(scope: Construct, id: string, fleet: AwsFleet) {
    super(scope, id)
    const { natGateways, flowLogs } = fleet.aws.network
    const isolated = natGateways === 0
    const subnetType = isolated ? ec2.SubnetType.PRIVATE_ISOLATED : ec2.SubnetType.PRIVATE_WITH_EGRESS
    this.sensorSubnets = { subnetType }
    this.vpc = new ec2.Vpc(this, 'Vpc', {
      vpcName: fleet.name,
      ipAddresses: ec2.IpAddresses.cidr(fleet.vpcCidr),
      // A copy: CDK appends its reserved zones to the array itself.
      availabilityZones: [...fleet.zones],
      // Addresses for all the zones that there can be. Else one zone more would give the subnets that exist other blocks,
      // which CloudFormation can only replace, and cannot while load balancer and sensors are in them.
      reservedAzs: mostZones - fleet.zones.length,
      natGateways,
      subnetConfiguration: [
        { name: 'Sensor', subnetType },
        // Nothing but the NAT gateways lives there, and they bring addresses of their own.
        ...(isolated ? [] : [{ name: 'Public', subnetType: ec2.SubnetType.PUBLIC, mapPublicIpOnLaunch: false }]),
      ],
      // The agent, and logs on their way to the archive, take no detour through a NAT gateway that bills by the byte.
      gatewayEndpoints: { S3: { service: ec2.GatewayVpcEndpointAwsService.S3 } },
    })
    for (const cidrBlock of fleet.secondaryCidrs)
      new ec2.CfnVPCCidrBlock(this, `Cidr${cidrBlock}`, { vpcId: this.vpc.vpcId, cidrBlock })
    if (isolated) addEndpoints(this, this.vpc, fleet)
    if (flowLogs) addFlowLogs(this, this.vpc)
    else
      Validations.of(this.vpc).acknowledge({
        id: 'AwsSolutions-VPC7',
        reason:
          'Flow logs are the option aws.network.flowLogs of the fleet description: they are billed by volume and do not record mirrored traffic, which is all that this VPC is for.',
      })
  }
}

function addEndpoints(scope: Construct, vpc: ec2.Vpc, { vpcCidr }: AwsFleet): void {
  const securityGroup = new ec2.SecurityGroup(scope, 'Endpoints', {
    vpc,
    description: 'AWS APIs, for what is in the VPC',
    allowAllOutbound: false,
  })
  securityGroup.addIngressRule(ec2.Peer.ipv4(vpcCidr), ec2.Port.HTTPS, 'TLS from the VPC')
  for (const [name, service] of Object.entries(calledServices))
    vpc.addInterfaceEndpoint(name, { service, securityGroups: [securityGroup], open: false })
}

function addFlowLogs(scope: Construct, vpc: ec2.Vpc): void {
  const logGroup = new LogGroup(scope, 'FlowLogs', {
    retention: RetentionDays.ONE_MONTH,
    removalPolicy: RemovalPolicy.DESTROY,
  })
  vpc.addFlowLog('FlowLog', { destination: ec2.FlowLogDestination.toCloudWatchLogs(logGroup) })
}
