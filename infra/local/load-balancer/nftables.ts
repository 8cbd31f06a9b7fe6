/** Everything the load balancer puts into its namespace is in this one table. */
export const TABLE = 'mirror-fleet-lb'

/** Counters that belong to no target. */
export const RECEIVED = 'received'
export const FORWARDED = 'forwarded'
export const NO_TARGET = 'no-target'

/** Id first: the counter of a target outlives its address. Ids begin and end as SENSOR_ID does, which nft takes in a name. */
export const toCounterName = (id: string): string => `target-${id}`

interface Addressed {
  readonly id: string
  readonly address: string
}

export interface RulesetInput {
  /** The load balancer's own address and UDP port. */
  readonly address: string
  readonly port: number
  /** Targets for new flows, in the order of the hash map. */
  readonly eligible: readonly Addressed[]
  /** Every target whose packets are counted: registered or draining. */
  readonly counted: readonly Addressed[]
  /** Ids whose counters are to go. */
  readonly forgotten: readonly string[]
  /** Of the hash: fixed, or every load of the rules would deal new flows anew. */
  readonly seed: number
}

/** New flows: the five-tuple's hash picks the target (NLB: protocol, source, destination and both ports; aws.md 2.2). */
function toTargetChoice({ address, port, eligible, seed }: RulesetInput): string {
  const packet = `ip daddr ${address} udp dport ${port}`
  if (eligible.length === 0) return `${packet} counter name ${NO_TARGET} drop`
  const map = eligible.map((target, index) => `${index} : ${target.address}`).join(', ')
  const hash = `jhash ip saddr . udp sport . ip daddr . udp dport mod ${eligible.length} seed 0x${seed.toString(16)}`
  return `${packet} dnat to ${hash} map { ${map} }`
}

function toForwardRules({ address, port, counted }: RulesetInput): string[] {
  // Only what was translated passes: nothing else is routed here, such as a sensor's ICMP about its closed port 4789.
  const translated = `ct status dnat ct original ip daddr ${address} udp dport ${port}`
  const counters = counted.map((target) => `${target.address} : "${toCounterName(target.id)}"`).join(', ')
  return [
    ...(counted.length === 0 ? [] : [`${translated} counter name ip daddr map { ${counters} }`]),
    // Also the flows of a target that has just left: they are about to be broken, and lose nothing until then.
    `${translated} counter name ${FORWARDED} accept`,
  ]
}

/**
 * The rules as input of `nft -f -`, which applies them as one transaction.
 *
 * Chains and counters stay and only the rules are replaced. So counters go on counting, the NAT hook is never absent, and
 * flows that conntrack knows keep their target: the nat chain sees the first packet of a flow only.
 */
export function toRuleset(input: RulesetInput): string {
  const table = `ip ${TABLE}`
  const counters = [RECEIVED, FORWARDED, NO_TARGET, ...input.counted.map(({ id }) => toCounterName(id))]
  return [
    `add table ${table}`,
    ...counters.map((counter) => `add counter ${table} ${counter}`),
    // Before conntrack (priority -200), whose table may be full: received - forwarded - no-target is what it lost.
    `add chain ${table} receive { type filter hook prerouting priority raw; policy accept; }`,
    `add chain ${table} choose { type nat hook prerouting priority dstnat; policy accept; }`,
    `add chain ${table} forward { type filter hook forward priority filter; policy drop; }`,
    `flush table ${table}`,
    `add rule ${table} receive ip daddr ${input.address} udp dport ${input.port} counter name ${RECEIVED}`,
    `add rule ${table} choose ${toTargetChoice(input)}`,
    ...toForwardRules(input).map((rule) => `add rule ${table} forward ${rule}`),
    ...input.forgotten.map((id) => `delete counter ${table} ${toCounterName(id)}`),
    '',
  ].join('\n')
}

/** Takes the table away, whether it is there or not. */
export const toNothing = (): string => `add table ip ${TABLE}\ndelete table ip ${TABLE}\n`
