import { CfnResource, Stack, type StackProps, Validations } from 'aws-cdk-lib'
import * as ec2 from 'aws-cdk-lib/aws-ec2'
import type { Construct } from 'constructs'
import type { AwsFleet } from '../aws-fleet.ts'
import type { SensorNetwork } from '../constructs/entry.ts'
import { NewVpc } from '../constructs/new-vpc.ts'
import { exportStrongly } from '../strong-export.ts'

export interface NetworkStackProps extends StackProps {
  readonly fleet: AwsFleet
}

/** A network of the fleet's own. It outlives the sensors: load balancer, interfaces and mirror targets hang on it. */
export class NetworkStack extends Stack implements SensorNetwork {
  readonly vpc: ec2.IVpc
  readonly sensorSubnets: ec2.SubnetSelection

  constructor(scope: Construct, id: string, { fleet, ...props }: NetworkStackProps) {
    super(scope, id, props)
    const { vpcId } = fleet.aws.network
    if (vpcId !== undefined) throw new Error(`${vpcId} exists: it is imported, a second network is not made`)
    const { vpc, sensorSubnets } = new NewVpc(this, 'Network', fleet)
    this.vpc = vpc
    this.sensorSubnets = sensorSubnets
    answerLinter(this)
    exportStrongly(this)
  }
}

/** Checks of cfn-lint that these types of resource fail on purpose. */
const answeredChecks: Readonly<Record<string, string>> = {
  // Zones are named in the description.
  'AWS::EC2::Subnet': 'W3010',
  // CDK's own, which closes the default security group, depends on its role twice.
  'AWS::Lambda::Function': 'W3005',
}

function answerLinter(stack: Stack): void {
  for (const each of stack.node.findAll().filter((one) => CfnResource.isCfnResource(one))) {
    const check = answeredChecks[each.cfnResourceType]
    if (check !== undefined) each.addMetadata('cfn-lint', { config: { ignore_checks: [check] } })
  }
}

/**
 * A network that exists, by its ids alone: a look-up would open a connection, and give a template that depends on the day.
 * @param scope any stack: nothing is added to it, and a stack with nothing in it cannot be deployed
 */
export function importNetwork(scope: Stack, fleet: AwsFleet, vpcId: string): SensorNetwork {
  const { zones, vpcCidr, aws } = fleet
  const vpc = ec2.Vpc.fromVpcAttributes(scope, 'Network', { vpcId, vpcCidrBlock: vpcCidr, availabilityZones: zones })
  const subnets = (aws.network.subnets ?? []).map(({ zone, subnetId, cidr }) => {
    const subnet = ec2.Subnet.fromSubnetAttributes(scope, `Network-${zone}`, {
      ...{ subnetId, availabilityZone: zone },
      ...(cidr === undefined ? {} : { ipv4CidrBlock: cidr }),
    })
    Validations.of(subnet).acknowledge({
      id: 'Annotation::@aws-cdk/aws-ec2:noSubnetRouteTableId',
      reason: 'Routes of a VPC that exists are its owner’s.',
    })
    return subnet
  })
  return { vpc, sensorSubnets: { subnets } }
}
