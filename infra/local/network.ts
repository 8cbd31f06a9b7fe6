import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { NetworkPlan, SensorAddress, SourceAddress } from './network-plan.ts'

const run = promisify(execFile)

/** Mirrored packets carry 50 bytes of VXLAN envelope more than the 8500 that a session passes on. */
const jumboMtu = 9001
/** 64 KB super-frames and unfinished checksums never cross a wire; with offloads on they would be what gets mirrored. */
const offloads = ['tso', 'gso', 'gro', 'tx', 'rx', 'sg'].flatMap((name) => [name, 'off'])
const guardedCidr = '198.18.0.0/15'

interface Link {
  readonly mtu: number
  readonly ends: readonly [LinkEnd, LinkEnd]
}
interface LinkEnd {
  readonly namespace: string
  readonly name: string
  readonly mac?: string
}

/** Builds what the plan says. A half-built network is the caller's to remove (removeNamespaces). */
export async function buildNetwork(plan: NetworkPlan): Promise<void> {
  await guardHost()
  const namespaces = namespacesOf(plan)
  for (const namespace of namespaces) await run('ip', ['netns', 'add', namespace])
  for (const namespace of namespaces) await sysctl(namespace, baseSysctls)
  await sysctl(plan.internet.namespace, { 'net.ipv4.ip_forward': 1 })
  for (const link of linksOf(plan)) await addLink(link)
  await ip(plan.internet.namespace, toInternetCommands(plan))
  await ip(plan.loadBalancer.namespace, toLoadBalancerCommands(plan))
  for (const source of plan.sources) await ip(source.namespace, toSourceCommands(source))
  for (const sensor of plan.sensors) await attachSensor(sensor)
}

/** Adds one sensor's namespace to a network that is up: scale-out. */
export async function addSensorNamespace(plan: NetworkPlan, sensor: SensorAddress): Promise<void> {
  await run('ip', ['netns', 'add', sensor.namespace])
  await sysctl(sensor.namespace, baseSysctls)
  await addLink(sensorLink(plan, sensor, nextLinkNumber(sensor)))
  await ip(plan.loadBalancer.namespace, toSensorRoute(sensor, nextLinkNumber(sensor)))
  await attachSensor(sensor)
}

/** Ends every process in the namespaces, then deletes them. Namespaces that are already gone are passed over. */
export async function removeNamespaces(namespaces: readonly string[]): Promise<void> {
  for (const namespace of namespaces) {
    for (const pid of await pidsOf(namespace)) {
      try {
        process.kill(pid, 'SIGKILL')
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
      }
    }
    await run('ip', ['netns', 'delete', namespace]).catch((error: Error) => {
      if (!/No such file/.test(error.message)) throw error
    })
  }
}

/** Names of all network namespaces on this machine that begin with the prefix. */
export async function readNamespaces(prefix: string): Promise<string[]> {
  const { stdout } = await run('ip', ['-json', 'netns', 'list'])
  const names = [...stdout.matchAll(/"name":"([^"]+)"/g)].map((match) => match[1] ?? '')
  return names.filter((name) => name.startsWith(prefix))
}

/** No packet for the region's addresses can leave through the host, whatever goes wrong inside. */
async function guardHost(): Promise<void> {
  await run('ip', ['route', 'add', 'unreachable', guardedCidr]).catch((error: Error) => {
    if (!/File exists/.test(error.message)) throw error
  })
}

/** For the last region on this machine to call. */
export async function unguardHost(): Promise<void> {
  await run('ip', ['route', 'del', 'unreachable', guardedCidr]).catch((error: Error) => {
    if (!/No such process/.test(error.message)) throw error
  })
}

export const namespacesOf = (plan: NetworkPlan): string[] => [
  plan.internet.namespace,
  plan.loadBalancer.namespace,
  ...plan.sources.map((source) => source.namespace),
  ...plan.sensors.map((sensor) => sensor.namespace),
]

async function pidsOf(namespace: string): Promise<number[]> {
  const { stdout } = await run('ip', ['netns', 'pids', namespace]).catch(() => ({ stdout: '' }))
  return stdout.split('\n').filter(Boolean).map(Number)
}

/** IPv6's own chatter would be packets that nobody sent; reverse-path filters would drop what only passes through. */
const baseSysctls = {
  'net.ipv6.conf.all.disable_ipv6': 1,
  'net.ipv6.conf.default.disable_ipv6': 1,
  'net.ipv4.conf.all.rp_filter': 0,
  'net.ipv4.conf.default.rp_filter': 0,
}

async function sysctl(namespace: string, values: Readonly<Record<string, number>>): Promise<void> {
  const settings = Object.entries(values).map(([key, value]) => `${key}=${value}`)
  await run('ip', ['netns', 'exec', namespace, 'sysctl', '-q', '-w', ...settings])
}

/** Runs `ip -batch` in one namespace; the first failing line is in the error. */
async function ip(namespace: string, lines: readonly string[]): Promise<void> {
  const batch = run('ip', ['-n', namespace, '-batch', '-'])
  batch.child.stdin?.end(`${lines.join('\n')}\n`)
  await batch
}

async function addLink({ mtu, ends }: Link): Promise<void> {
  const [left, right] = ends
  const end = ({ namespace, name, mac }: LinkEnd) => [
    ...['name', name, 'netns', namespace, 'mtu', String(mtu)],
    ...(mac === undefined ? [] : ['address', mac]),
  ]
  await run('ip', ['link', 'add', ...end(left), 'type', 'veth', 'peer', ...end(right)])
  for (const { namespace, name } of ends) {
    await run('ip', ['netns', 'exec', namespace, 'ethtool', '-K', name, ...offloads])
    await ip(namespace, [`link set ${name} up`])
  }
}

const linksOf = (plan: NetworkPlan): Link[] => [
  ...plan.sources.flatMap((source, index): Link[] => [
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
  ]),
  ...plan.sensors.map((sensor) => sensorLink(plan, sensor, nextLinkNumber(sensor))),
]

const sensorLink = (plan: NetworkPlan, sensor: SensorAddress, number: number): Link => ({
  mtu: jumboMtu,
  ends: [
    { namespace: sensor.namespace, name: 'eth0' },
    { namespace: plan.loadBalancer.namespace, name: `sensor${number}` },
  ],
})

/** The last octet of a sensor's address names its link, so that sensors may come and go in any order. */
const nextLinkNumber = (sensor: SensorAddress): number => Number(sensor.address.split('.')[3])

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
  ...plan.sensors.flatMap((sensor) => toSensorRoute(sensor, nextLinkNumber(sensor))),
]

const toSensorRoute = (sensor: SensorAddress, number: number): string[] => [
  `address add ${loadBalancerInside}/32 dev sensor${number}`,
  `route add ${sensor.address}/32 dev sensor${number} src ${loadBalancerInside}`,
]

/** `mirror0` gets no address: only complete frames leave there. */
const toSourceCommands = (source: SourceAddress): string[] => [
  'link set lo up',
  `address add ${source.address}/24 dev eth0`,
  'route add default via 198.18.0.1',
]

/**
 * The security group of a sensor: mirrored packets are for the capture alone. Without this the kernel would answer each
 * with an ICMP "port unreachable", for nobody listens on the VXLAN port.
 */
const sensorFirewall = `table inet sensor {
  counter mirrored { }
  chain input {
    type filter hook input priority filter
    udp dport { 4789, 6081 } counter name mirrored drop
  }
}
`

async function attachSensor(sensor: SensorAddress): Promise<void> {
  await ip(sensor.namespace, [
    'link set lo up',
    `address add ${sensor.address}/24 dev eth0`,
    `route add default via ${loadBalancerInside}`,
  ])
  const nft = run('ip', ['netns', 'exec', sensor.namespace, 'nft', '-f', '-'])
  nft.child.stdin?.end(sensorFirewall)
  await nft
}
