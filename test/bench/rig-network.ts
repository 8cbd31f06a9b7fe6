import { run, runIn } from '../../infra/local/command.ts'
import { removeNamespaces } from '../../infra/local/namespaces.ts'
import { createNamespaces } from '../support/network-namespace.ts'
import { captureInterface, type EngineConfiguration } from './engine-configurations.ts'
import type { Rig } from './trial-run.ts'

const sensorAddress = '198.18.206.2'
const sensorMac = '02:00:00:00:06:02'

export interface RigNetwork {
  /** The sensor's namespace. */
  readonly sensor: string
  readonly sender: Rig['sender']
  readonly remove: () => Promise<void>
}

/** A sender's and a sensor's namespace, with a veth between them. */
export async function makeRigNetwork(name: string, devices: EngineConfiguration['devices']): Promise<RigNetwork> {
  const namespaces = createNamespaces(`mft-bench-${process.pid}-${name}`, ['sender', 'sensor'])
  const [sender, sensor] = [namespaces.name('sender'), namespaces.name('sensor')]
  const remove = () => removeNamespaces([sender, sensor])
  try {
    namespaces.connect(
      { namespace: 'sender', interfaceName: 'mirror0', address: '198.18.206.1/24', mac: '02:00:00:00:06:01' },
      { namespace: 'sensor', interfaceName: captureInterface, address: `${sensorAddress}/24`, mac: sensorMac },
    )
    // Both ends know each other's MAC; a question for it would be captured, and hide a lost packet.
    await run('ip', ['-n', sender, 'link', 'set', 'dev', 'mirror0', 'arp', 'off'])
    await run('ip', ['-n', sensor, 'link', 'set', 'dev', captureInterface, 'arp', 'off'])
    await prepareSensor(sensor, devices)
  } catch (error) {
    await remove()
    throw error
  }
  const to = ['--interface', 'mirror0', '--destination-address', sensorAddress, '--destination-mac', sensorMac]
  return { sensor, sender: { namespace: sender, options: to }, remove }
}

/** As in a region: mirrored packets are for the capture alone, and pass on only where devices decapsulate them. */
async function prepareSensor(namespace: string, devices: EngineConfiguration['devices']): Promise<void> {
  const verdict = devices.length > 0 ? 'accept' : 'drop'
  const rules = `table inet sensor {
  chain input { type filter hook input priority filter; udp dport 4789 ${verdict}; }
  chain output { type filter hook output priority filter; icmp type destination-unreachable drop; }
}
`
  await runIn(namespace, 'nft', ['-f', '-'], { input: rules })
  // A device as the agent makes it (sensor-agent/suricata/vxlan-devices.ts), which works in its own namespace only.
  for (const { name, vni } of devices) {
    const device = ['link', 'add', 'name', name, 'mtu', '9001', 'arp', 'off', 'type', 'vxlan', 'id', String(vni)]
    await run('ip', ['-n', namespace, ...device, 'dstport', '4789', 'nolearning'])
    await runIn(namespace, 'sysctl', ['-q', '-w', `net.ipv4.conf.${name}.rp_filter=1`])
    await runIn(namespace, 'sysctl', ['-e', '-q', '-w', `net.ipv6.conf.${name}.disable_ipv6=1`])
    await runIn(namespace, 'ethtool', ['-K', name, 'gro', 'off'])
    await run('ip', ['-n', namespace, 'link', 'set', 'dev', name, 'up'])
  }
}
