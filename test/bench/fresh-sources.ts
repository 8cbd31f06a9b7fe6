/** Outer addresses that begin at 198.18.64.1, a range of 256 for each trial. */
const ranges = 128

/**
 * Options that give each trial addresses of its own. The same seed is the same flows: an engine that has just seen them
 * takes a second trial for retransmissions, at half the cost; and a load balancer keeps them where they were.
 * @param first the range to begin with
 */
export function createFreshSources(first = 0): () => string[] {
  let trial = first
  return () => ['--source-address', `198.18.${64 + (trial++ % ranges)}.1`]
}
