import { Peer, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2'
import { Construct } from 'constructs'
import type { AwsFleet } from '../aws-fleet.ts'
import type { SensorNetwork } from './entry.ts'
import { sensorPort } from './sensor-port.ts'

/**
 * The sensors' security group, and the one that a Prometheus joins to read them. The entry says how mirrored traffic
 * gets in.
 *
 * Outward goes HTTPS, and HTTP where Suricata comes from Ubuntu's archive, which speaks nothing else. The VPC's
 * resolver, the metadata service and the clock need no rule: security groups do not filter them (VPC guide, security
 * groups). A resolver of one's own does: whoever has one adds port 53.
 */
export class SensorSecurityGroups extends Construct {
  readonly sensors: SecurityGroup
  readonly scraper: SecurityGroup

  constructor(scope: Construct, id: string, fleet: AwsFleet, { vpc }: SensorNetwork) {
    super(scope, id)
    this.sensors = new SecurityGroup(this, 'Sensors', {
      vpc,
      description: `Sensors of ${fleet.name}`,
      allowAllOutbound: false,
    })
    this.sensors.addEgressRule(Peer.anyIpv4(), Port.tcp(443), 'AWS APIs and Systems Manager')
    if (fleet.aws.instances.imageId === undefined) {
      this.sensors.addEgressRule(Peer.anyIpv4(), Port.tcp(80), 'Ubuntu archive, whose packages are signed')
    }

    this.scraper = new SecurityGroup(this, 'Scraper', {
      vpc,
      description: `For the Prometheus that scrapes the sensors of ${fleet.name}`,
      allowAllOutbound: false,
    })
    this.scraper.addEgressRule(this.sensors, Port.tcp(sensorPort.http), 'metrics of the sensors')
    this.sensors.addIngressRule(this.scraper, Port.tcp(sensorPort.http), 'metrics for the scraper')
  }
}
