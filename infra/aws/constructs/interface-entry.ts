import { CfnNetworkInterface, Peer, Port } from 'aws-cdk-lib/aws-ec2'
import { Construct } from 'constructs'
import { type Entry, type EntryProps, toSourceCidrs } from './entry.ts'
import { sensorPort } from './sensor-port.ts'

/**
 * VXLAN to one interface, which every sensor takes over from the one before. It outlives them: a mirror target whose
 * interface is deleted stops mirroring (aws.md 1.3), and its sessions would have to be made again.
 */
export class InterfaceEntry extends Construct implements Entry {
  readonly mirrorTarget: Entry['mirrorTarget']
  readonly targetGroup = null
  readonly loadBalancer = null
  readonly sensorInterfaceId: string

  constructor(scope: Construct, id: string, { fleet, network, sensorSecurityGroup }: EntryProps) {
    super(scope, id)
    const { subnetIds } = network.vpc.selectSubnets(network.sensorSubnets)
    const [subnetId, ...surplus] = subnetIds
    if (subnetId === undefined || surplus.length > 0) {
      throw new Error(`one interface needs one subnet, but the network has ${subnetIds.length}; list one zone`)
    }
    const sensorInterface = new CfnNetworkInterface(this, 'Interface', {
      description: `Mirror target of ${fleet.name}`,
      subnetId,
      groupSet: [sensorSecurityGroup.securityGroupId],
      tags: [{ key: 'Name', value: `${fleet.name}-sensor` }],
    })
    for (const cidr of toSourceCidrs(fleet)) {
      sensorSecurityGroup.addIngressRule(Peer.ipv4(cidr), Port.udp(sensorPort.vxlan), 'mirrored traffic of the sources')
    }
    this.sensorInterfaceId = sensorInterface.ref
    this.mirrorTarget = { kind: 'none', networkInterfaceId: sensorInterface.ref }
  }
}
