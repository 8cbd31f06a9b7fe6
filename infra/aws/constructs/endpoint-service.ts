import { CfnOutput, Stack } from 'aws-cdk-lib'
import { CfnVPCEndpointService, CfnVPCEndpointServicePermissions } from 'aws-cdk-lib/aws-ec2'
import { AccountPrincipal } from 'aws-cdk-lib/aws-iam'
import { RegionInfo } from 'aws-cdk-lib/region-info'
import { Construct } from 'constructs'
import { spokeCredentials, toSpokeCommand } from './spoke-command.ts'

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
    this.addSpokeCommands(region, service.ref)
  }

  /** The CDK prints outputs in the order of their names, and this is the order of the steps. */
  private addSpokeCommands(region: string, serviceId: string): void {
    const context = { key: 'endpointServiceName', value: this.serviceName } as const
    this.addOutput(
      'SpokeCommand1Endpoints',
      `Asks for the endpoints of a spoke, ${spokeCredentials}`,
      toSpokeCommand('endpoints', context),
    )
    this.addOutput(
      'SpokeCommand2Pending',
      'Lists the endpoints of spokes that wait to be accepted, each with its owner',
      `aws ec2 describe-vpc-endpoint-connections --region ${region} --filters Name=service-id,Values=${serviceId} ` +
        'Name=vpc-endpoint-state,Values=pendingAcceptance',
    )
    this.addOutput(
      'SpokeCommand3Accept',
      'Accepts endpoints of spokes: put their ids for ID',
      `aws ec2 accept-vpc-endpoint-connections --region ${region} --service-id ${serviceId} --vpc-endpoint-ids ID`,
    )
    this.addOutput(
      'SpokeCommand4Mirror',
      `Mirrors a spoke once its endpoints are accepted, ${spokeCredentials}`,
      toSpokeCommand('mirror', context),
    )
  }

  /** Under its plain name: it is for people to read. */
  private addOutput(name: string, description: string, value: string): void {
    new CfnOutput(this, name, { description, value }).overrideLogicalId(name)
  }
}
