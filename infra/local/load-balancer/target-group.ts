import type { TargetState } from './target.ts'

/** What routing needs to know of one target. Addresses are unique in a group: a flow is known by its target's address. */
export interface Member {
  readonly id: string
  readonly address: string
  readonly state: TargetState['state']
}

/**
 * What happens to the flows of a target that turns unhealthy while others are healthy.
 *
 * AWS contradicts itself here (aws.md finding 5). `move` is an answer on AWS re:Post, "for UDP, as soon as the target is
 * unhealthy, the next packet will get routed to a new target". `keep` is the guide's wording: without connection
 * termination, which UDP groups cannot have, established flows are kept.
 */
export type UnhealthyFlows = 'move' | 'keep'

export interface Routing {
  /** Targets that new flows are hashed over, by id. */
  readonly eligible: readonly Member[]
  /** Addresses whose existing flows stay where they are. */
  readonly keeps: ReadonlySet<string>
  /** No target is healthy, so all registered ones are eligible. */
  readonly failOpen: boolean
}

/**
 * Which targets get new flows, and which keep those they have.
 *
 * - New flows go to the healthy targets. With none healthy, to all registered ones whatever their health: NLB fails open
 *   (aws.md 2.5). A target in `initial` counts as registered there, one that drains does not.
 * - A draining target keeps its flows until its delay ends.
 * - A target in `initial` keeps what failing open gave it: only one that turns unhealthy loses flows.
 * - A target that becomes healthy takes nothing from others: a flow stays until it was idle for 120 s (aws.md 2.2).
 */
export function toRouting(members: readonly Member[], unhealthyFlows: UnhealthyFlows): Routing {
  const registered = members
    .filter(({ state }) => state === 'initial' || state === 'healthy' || state === 'unhealthy')
    // The hash map must depend on the set alone, not on the order of registration.
    .toSorted((one, other) => (one.id < other.id ? -1 : 1))
  const healthy = registered.filter(({ state }) => state === 'healthy')
  const eligible = healthy.length > 0 ? healthy : registered
  const untouched = members.filter(({ state }) => state === 'draining' || state === 'initial')
  const keeping = [...eligible, ...untouched, ...(unhealthyFlows === 'keep' ? registered : [])]
  return {
    eligible,
    keeps: new Set(keeping.map(({ address }) => address)),
    failOpen: healthy.length === 0 && registered.length > 0,
  }
}

/** Addresses whose flows a change of routing breaks: those that kept their flows before it and do not any more. */
export const toBrokenFlows = (before: Routing, after: Routing): string[] =>
  [...before.keeps].filter((address) => !after.keeps.has(address))
