import { execFileSync } from 'node:child_process'
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'

/** The far end of a veth. */
export interface PeerFacts {
  readonly interfaceName: string
  /** Name of its network namespace, or null when it is this process's own. */
  readonly namespace: string | null
  readonly mac: string
  readonly addresses: readonly string[]
}

export interface LinkFacts {
  readonly name: string
  readonly mac: string
  readonly kind: 'loopback' | 'dummy' | 'veth' | 'other'
  /** null: no veth, or its far end is in a namespace that this machine has no name for, such as a container's host. */
  readonly peer: PeerFacts | null
}

/** What this machine's kernel knows of where traffic would go. */
export interface NetworkFacts {
  /** null: there is no such interface. */
  readonly link: LinkFacts | null
  /** IPv4 addresses of this process's network namespace. */
  readonly ownAddresses: readonly string[]
  /** IPv4 addresses of the namespaces that have a name (`ip netns`). */
  readonly namedAddresses: readonly string[]
}

const Link = Type.Object({
  ifindex: Type.Integer(),
  ifname: Type.String(),
  link_index: Type.Optional(Type.Integer()),
  link_netnsid: Type.Optional(Type.Integer()),
  link_type: Type.String(),
  address: Type.Optional(Type.String()),
  linkinfo: Type.Optional(Type.Object({ info_kind: Type.Optional(Type.String()) })),
})
type Link = Static<typeof Link>
const Addresses = Type.Array(
  Type.Object({ addr_info: Type.Array(Type.Object({ local: Type.Optional(Type.String()) })) }),
)
const Identifiers = Type.Array(Type.Object({ nsid: Type.Integer(), name: Type.Optional(Type.String()) }))
const Names = Type.Array(Type.Object({ name: Type.String() }))
const Routes = Type.Array(Type.Object({ dev: Type.Optional(Type.String()) }))

/** More named namespaces than this are not looked into. */
const NAMESPACES_MAX = 100

/** Asks iproute2, in this process's network namespace. An answer it does not give counts as an empty one. */
export function readNetworkFacts(interfaceName: string): NetworkFacts {
  const names = ip(Names, 'netns', 'list').slice(0, NAMESPACES_MAX)
  return {
    link: readLink(interfaceName),
    ownAddresses: readAddresses([]),
    namedAddresses: names.flatMap(({ name }) => readAddresses(['-n', name])),
  }
}

/** The interface that packets to an address leave by, or null when there is no route. */
export function readRouteInterface(address: string): string | null {
  return ip(Routes, 'route', 'get', address)[0]?.dev ?? null
}

function readLink(name: string): LinkFacts | null {
  const link = readLinks([]).find(({ ifname }) => ifname === name)
  if (link === undefined) return null
  const kind = toKind(link)
  return { name, mac: link.address ?? '00:00:00:00:00:00', kind, peer: kind === 'veth' ? readPeer(link) : null }
}

function toKind({ link_type, linkinfo }: Link): LinkFacts['kind'] {
  if (link_type === 'loopback') return 'loopback'
  const kind = linkinfo?.info_kind
  return kind === 'dummy' || kind === 'veth' ? kind : 'other'
}

function readPeer({ link_index, link_netnsid }: Link): PeerFacts | null {
  const namespace =
    link_netnsid === undefined
      ? null
      : ip(Identifiers, 'netns', 'list-id').find(({ nsid }) => nsid === link_netnsid)?.name
  if (namespace === undefined) return null
  const within = namespace === null ? [] : ['-n', namespace]
  const peer = readLinks(within).find(({ ifindex }) => ifindex === link_index)
  if (peer === undefined) return null
  const addresses = readAddresses(within, peer.ifname)
  return { interfaceName: peer.ifname, namespace, mac: peer.address ?? '', addresses }
}

const readLinks = (within: readonly string[]) => ip(Type.Array(Link), ...within, '-details', 'link', 'show')

function readAddresses(within: readonly string[], interfaceName?: string): string[] {
  const of = interfaceName === undefined ? [] : ['dev', interfaceName]
  return ip(Addresses, ...within, '-4', 'address', 'show', ...of).flatMap(({ addr_info }) =>
    addr_info.flatMap(({ local }) => local ?? []),
  )
}

function ip<S extends Type.TArray>(schema: S, ...args: readonly string[]): Static<S> | [] {
  try {
    const output = execFileSync('ip', ['-json', ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    const value: unknown = JSON.parse(output)
    return Value.Check(schema, value) ? value : []
  } catch {
    return []
  }
}
