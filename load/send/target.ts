import type { NetworkFacts } from './network-facts.ts'

/**
 * The safety catch. Traffic goes only where the kernel shows that it stays on this machine:
 *
 *   --target     loopback; an address of this network namespace; or an address of a named one that the route reaches
 *                over a veth whose far end stands in a namespace of this machine
 *   --interface  a dummy, which sends nothing anywhere; or loopback or such a veth, if the outer destination is an
 *                address of this machine. The far end forwards what is for others, and might do so to the Internet
 *
 * A container's own eth0 is a veth too, but its far end is in a namespace without a name: refused, as is every real card.
 * What the catch cannot see: a far end that is a bridge port. Frames to a known address are still switched only to its MAC.
 */

/** `allow` is the target named a second time; it overrides. */
export interface TargetRequest {
  readonly allow: string | null
}

/** Sentences to the user; none: it may be sent. */
export type Refusal = string | null

const staysHere = ({ link }: NetworkFacts): boolean => link?.kind === 'veth' && link.peer !== null

export function judgeAddress(address: string, facts: NetworkFacts, { allow }: TargetRequest): Refusal {
  if (allow === address || isLoopback(address) || facts.ownAddresses.includes(address)) return null
  if (facts.namedAddresses.includes(address) && staysHere(facts)) return null
  return (
    `--target: ${address} is neither loopback nor an address of this machine's network namespaces behind a veth; ` +
    `if you mean it, add --allow ${address}`
  )
}

/** `destination` is the outer destination address, or null for frames sent as they are, which may be for anyone. */
export function judgeInterface(
  name: string,
  destination: string | null,
  facts: NetworkFacts,
  { allow }: TargetRequest,
): Refusal {
  const { link } = facts
  if (link === null) return `--interface: there is no interface "${name}" in this network namespace; see \`ip link\``
  if (allow === name || link.kind === 'dummy') return null
  const remedy = `if you mean it, add --allow ${name}`
  if (link.kind !== 'loopback' && !staysHere(facts)) {
    return `--interface: ${name} may lead off this machine: it is no dummy, loopback or veth into a named namespace; ${remedy}`
  }
  if (destination === null) return `--interface: frames sent as they are may be for anyone; ${remedy}`
  const reachable = link.kind === 'loopback' ? facts.ownAddresses : [...facts.ownAddresses, ...facts.namedAddresses]
  if (isLoopback(destination) || reachable.includes(destination)) return null
  return `--destination-address: ${destination} is no address of this machine's network namespaces; ${remedy}`
}

const isLoopback = (address: string): boolean => address.startsWith('127.')
