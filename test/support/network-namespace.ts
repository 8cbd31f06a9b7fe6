import { execFileSync } from 'node:child_process'

const ip = (...args: string[]) => execFileSync('ip', args, { stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' })

export interface NamespaceEnd {
  readonly namespace: string
  readonly interfaceName: string
  /** With its prefix length. */
  readonly address?: string
  readonly mac: string
}

/** Namespaces of one test file, all under one prefix that no other file uses, and all removed by `remove`. */
export function createNamespaces(prefix: string, names: readonly string[]) {
  const full = (name: string) => `${prefix}-${name}`
  const made: string[] = []
  const remove = () => {
    for (const name of made.splice(0)) ip('netns', 'delete', name)
  }
  try {
    for (const name of names) {
      ip('netns', 'add', full(name))
      made.push(full(name))
      ip('-n', full(name), 'link', 'set', 'lo', 'up')
    }
  } catch (error) {
    remove()
    throw error
  }
  return {
    name: full,
    /** A command as it runs inside a namespace. */
    command: (name: string, ...args: string[]) => ['netns', 'exec', full(name), ...args],
    connect: (one: NamespaceEnd, other: NamespaceEnd) => connect(full, one, other),
    ip: (name: string, ...args: string[]) => ip('-n', full(name), ...args),
    remove,
  }
}

/** A veth pair of jumbo frames, without the offloads that would show captures frames that no wire carries. */
function connect(full: (name: string) => string, one: NamespaceEnd, other: NamespaceEnd): void {
  ip(
    ...['link', 'add', one.interfaceName, 'netns', full(one.namespace), 'address', one.mac, 'mtu', '9001'],
    ...['type', 'veth'],
    ...['peer', 'name', other.interfaceName, 'netns', full(other.namespace), 'address', other.mac, 'mtu', '9001'],
  )
  for (const { namespace, interfaceName, address } of [one, other]) {
    const offloads = ['tso', 'gso', 'gro', 'tx', 'rx'].flatMap((name) => [name, 'off'])
    ip('netns', 'exec', full(namespace), 'ethtool', '-K', interfaceName, ...offloads)
    // Addresses of IPv6 would bring their own chatter.
    ip('netns', 'exec', full(namespace), 'sh', '-c', `echo 1 > /proc/sys/net/ipv6/conf/${interfaceName}/disable_ipv6`)
    if (address !== undefined) ip('-n', full(namespace), 'address', 'add', address, 'dev', interfaceName)
    ip('-n', full(namespace), 'link', 'set', interfaceName, 'up')
  }
}
