import type { FleetDescription } from '../fleet.ts'
import { run, runIn } from './command.ts'
import { guardHost } from './guard-route.ts'
import type { NetworkPlan, SensorAddress, SourceAddress } from './network-plan.ts'

/** Mirrored packets carry 50 bytes of VXLAN envelope more than the 8500 that a session passes on. */
const jumboMtu = 9001
/** 64 KB super-frames and unfinished checksums never cross a wire; with offloads on they would be what gets mirrored. */
const offloads = ['tso', 'gso', 'gro', 'tx', 'rx', 'sg'].flatMap((name) => [name, 'off'])

interface Link {
  readonly mtu: number
  readonly ends: readonly [LinkEnd, LinkEnd]
}
interface LinkEnd {
  readonly namespace: string
  readonly name: string
  readonly mac?: string
}

type Decapsulation = FleetDescription['sensors']['decapsulation']

/**
 * Builds what the plan says. A half-built network is the caller's to remove (removeNamespaces).
 * @param signal ends it between two steps, by an AbortError
 * @throws UnfitMachine when the host uses the region's addresses itself
 */
export async function buildNetwork(
  plan: NetworkPlan,
  decapsulation: Decapsulation,
  signal: AbortSignal,
): Promise<void> {
  await guardHost()
  for (const { namespace } of [plan.internet, plan.loadBalancer, ...plan.sources]) {
    signal.throwIfAborted()
    await addNamespace(namespace)
  }
  await sysctl(plan.internet.namespace, { 'net.ipv4.ip_forward': 1 })
  for (const link of plan.sources.flatMap((source, index) => toSourceLinks(plan, source, index))) {
    signal.throwIfAborted()
    await addLink(link)
  }
  await ip(plan.internet.namespace, toInternetCommands(plan))
  await ip(plan.loadBalancer.namespace, toLoadBalancerCommands(plan))
  for (const source of plan.sources) await ip(source.namespace, toSourceCommands(source))
  for (const sensor of plan.sensors) {
    signal.throwIfAborted()
    await addSensorNetwork(plan, sensor, decapsulation)
  }
}

/** One sensor's namespace, beside the load balancer's; also in a region that is up. */
export async function addSensorNetwork(
  plan: NetworkPlan,
  sensor: SensorAddress,
  decapsulation: Decapsulation,
): Promise<void> {
  await addNamespace(sensor.namespace)
  await addLink(toSensorLink(plan, sensor))
  await ip(plan.loadBalancer.namespace, toSensorRoute(sensor))
  await attachSensor(sensor, decapsulation)
}

async function addNamespace(namespace: string): Promise<void> {
  await run('ip', ['netns', 'add', namespace])
  // A kernel without IPv6 has none of these keys, and no chatter either.
  await sysctl(namespace, ipv6Sysctls, ['-e'])
  await sysctl(namespace, ipv4Sysctls)
}

/** IPv6's own chatter would be packets that nobody sent. */
const ipv6Sysctls = {
  'net.ipv6.conf.all.disable_ipv6': 1,
  'net.ipv6.conf.default.disable_ipv6': 1,
}
/** Reverse-path filters would drop what only passes through. */
const ipv4Sysctls = {
  'net.ipv4.conf.all.rp_filter': 0,
  'net.ipv4.conf.default.rp_filter': 0,
}

async function sysctl(
  namespace: string,
  values: Readonly<Record<string, number>>,
  options: readonly string[] = [],
): Promise<void> {
  const settings = Object.entries(values).map(([key, value]) => `${key}=${value}`)
  await runIn(namespace, 'sysctl', [...options, '-q', '-w', ...settings])
}

/** Runs `ip -batch` in one namespace; the first failing line is in the error. */
async function ip(namespace: string, lines: readonly string[]): Promise<void> {
  await run('ip', ['-n', namespace, '-batch', '-'], { input: `${lines.join('\n')}\n` })
}

async function addLink({ mtu, ends }: Link): Promise<void> {
  const [left, right] = ends
  const end = ({ namespace, name, mac }: LinkEnd) => [
    ...['name', name, 'netns', namespace, 'mtu', String(mtu)],
    ...(mac === undefined ? [] : ['address', mac]),
  ]
  await run('ip', ['link', 'add', ...end(left), 'type', 'veth', 'peer', ...end(right)])
  for (const { namespace, name } of ends) {
    await runIn(namespace, 'ethtool', ['-K', name, ...offloads])
    await ip(namespace, [`link set ${name} up`])
  }
}

const toSourceLinks = (plan: NetworkPlan, source: SourceAddress, index: number): Link[] => [
  {
    mtu: 1500,
    ends: [
      { namespace: source.namespace, name: 'eth0' },
      { namespace: plan.internet.namespace, name: `source${index + 1}` },
    ],
  },
  {
    mtu: jumboMtu,
    ends: [
      { namespace: source.namespace, name: 'mirror0', mac: source.mirrorMac },
      { namespace: plan.loadBalancer.namespace, name: `mirror${index + 1}`, mac: source.loadBalancerMac },
    ],
  },
]

const toSensorLink = (plan: NetworkPlan, sensor: SensorAddress): Link => ({
  mtu: jumboMtu,
  ends: [
    { namespace: sensor.namespace, name: 'eth0' },
    { namespace: plan.loadBalancer.namespace, name: toSensorLinkName(sensor) },
  ],
})

/** The load balancer's end of a sensor's link, named by the last octet of the sensor's address. */
export const toSensorLinkName = (sensor: SensorAddress): string => `sensor${sensor.address.split('.')[3]}`

const toInternetCommands = (plan: NetworkPlan): string[] => [
  'link set lo up',
  `address add ${plan.webAddress}/32 dev lo`,
  'link add vpc type bridge',
  ...plan.sources.map((_, index) => `link set source${index + 1} master vpc`),
  'link set vpc up',
  'address add 198.18.0.1/24 dev vpc',
  `address add ${plan.resolverAddress}/24 dev vpc`,
]

const loadBalancerInside = '198.18.2.1'

const toLoadBalancerCommands = (plan: NetworkPlan): string[] => [
  'link set lo up',
  `address add ${plan.loadBalancer.address}/32 dev lo`,
]

const toSensorRoute = (sensor: SensorAddress): string[] => [
  `address add ${loadBalancerInside}/32 dev ${toSensorLinkName(sensor)}`,
  `route add ${sensor.address}/32 dev ${toSensorLinkName(sensor)} src ${loadBalancerInside}`,
]

/** `mirror0` gets no address: only complete frames leave there. */
const toSourceCommands = (source: SourceAddress): string[] => [
  'link set lo up',
  `address add ${source.address}/24 dev eth0`,
  'route add default via 198.18.0.1',
]

/**
 * The security group of a sensor: mirrored packets are for the capture alone. Without this the kernel would answer each
 * with an ICMP "port unreachable", for nobody listens on the VXLAN port. Where the kernel decapsulates, VXLAN must come
 * through to its devices; before they are there it is the answer that is dropped.
 */
const toSensorFirewall = (decapsulation: Decapsulation): string => `table inet sensor {
  counter mirrored { }
  chain input {
    type filter hook input priority filter
    udp dport 4789 counter name mirrored ${decapsulation === 'kernel' ? 'accept' : 'drop'}
    udp dport 6081 counter name mirrored drop
  }
  chain output {
    type filter hook output priority filter
    icmp type destination-unreachable icmp code port-unreachable drop
  }
}
`

async function attachSensor(sensor: SensorAddress, decapsulation: Decapsulation): Promise<void> {
  await ip(sensor.namespace, [
    'link set lo up',
    `address add ${sensor.address}/24 dev eth0`,
    `route add default via ${loadBalancerInside}`,
  ])
  await runIn(sensor.namespace, 'nft', ['-f', '-'], { input: toSensorFirewall(decapsulation) })
}
