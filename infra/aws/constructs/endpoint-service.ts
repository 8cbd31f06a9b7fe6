import { CfnOutput, Stack } from 'aws-cdk-lib'
import { CfnVPCEndpointService, CfnVPCEndpointServicePermissions } from 'aws-cdk-lib/aws-ec2'
import { AccountPrincipal } from 'aws-cdk-lib/aws-iam'
import { RegionInfo } from 'aws-cdk-lib/region-info'
import { Construct } from 'constructs'

export interface EndpointServiceProps {
  readonly gatewayLoadBalancerArn: string
  /** Accounts that may ask for endpoints; each request still waits to be accepted. */
  readonly consumerAccounts: readonly string[]
}

/** Offers a gateway to other VPCs. L1: CDK's VpcEndpointService takes network load balancers only. */
export class EndpointService extends Construct {
  /** As a spoke's description takes it: `com.amazonaws.vpce.<region>.vpce-svc-…` */
  readonly serviceName: string

  constructor(scope: Construct, id: string, { gatewayLoadBalancerArn, consumerAccounts }: EndpointServiceProps) {
    super(scope, id)
    const { region } = Stack.of(this)
    const service = new CfnVPCEndpointService(this, 'Service', {
      acceptanceRequired: true,
      gatewayLoadBalancerArns: [gatewayLoadBalancerArn],
    })
    if (consumerAccounts.length > 0) {
      new CfnVPCEndpointServicePermissions(this, 'Permissions', {
        serviceId: service.ref,
        allowedPrincipals: consumerAccounts.map((account) => new AccountPrincipal(account).arn),
      })
    }
    const prefix = RegionInfo.get(region).vpcEndpointServiceNamePrefix ?? 'com.amazonaws.vpce'
    this.serviceName = `${prefix}.${region}.${service.ref}`

    this.addOutput('EndpointServiceName', 'What a spoke must know of this fleet', this.serviceName)
    this.addOutput(
      'PendingEndpointsCommand',
      'Lists the endpoints of spokes that wait to be accepted, each with its owner',
      `aws ec2 describe-vpc-endpoint-connections --region ${region} --filters Name=service-id,Values=${service.ref} ` +
        'Name=vpc-endpoint-state,Values=pendingAcceptance',
    )
    this.addOutput(
      'AcceptEndpointsCommand',
      'Accepts endpoints of spokes: put their ids for ID',
      `aws ec2 accept-vpc-endpoint-connections --region ${region} --service-id ${service.ref} --vpc-endpoint-ids ID`,
    )
  }

  /** Under its plain name: it is for people to read. */
  private addOutput(name: string, description: string, value: string): void {
    new CfnOutput(this, name, { description, value }).overrideLogicalId(name)
  }
}
