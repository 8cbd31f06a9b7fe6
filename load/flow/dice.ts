/** Repeatable randomness: the same seed throws the same numbers. */
export interface Dice {
  /** An integer of 0 … limit - 1. */
  readonly below: (limit: number) => number
  readonly bytes: (count: number) => Uint8Array
}

/** xorshift32 (Marsaglia 2003), stirred first, because neighbouring seeds would begin alike. */
export function createDice(seed: number): Dice {
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ 0x6a09e667
  if (state === 0) state = 1
  const next = (): number => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state >>> 0
  }
  for (let thrown = 0; thrown < 8; thrown++) next()
  return {
    below: (limit) => Math.floor((next() / 0x1_0000_0000) * limit),
    bytes: (count) => Uint8Array.from({ length: count }, () => next() >>> 24),
  }
}
