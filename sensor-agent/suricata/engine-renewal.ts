import type { Prepared } from './rules.ts'
import { type RulesRejection, toRejection } from './rules-rejection.ts'

/** What moves an engine that was adopted with other settings on to today's. */
export interface EngineRenewal {
  /** Tries today's settings, one trial at a time; where they pass, the engine is replaced. */
  readonly attempt: () => Promise<void>
  /** Why the engine still runs with the old ones; null when it does not, or when nobody has tried yet. */
  readonly rejection: () => RulesRejection | null
}

export interface RenewalParts {
  readonly prepare: () => Promise<Prepared>
  /** The adopted engine is the one in hand. */
  readonly isInHand: () => boolean
  readonly replace: () => void
}

/** A good engine is ended only for settings that have passed: a slip in them must not cost the capture. */
export function createEngineRenewal({ prepare, isInHand, replace }: RenewalParts): EngineRenewal {
  let refused: RulesRejection | null = null
  let trial: Promise<void> | null = null

  const tryOnce = async (): Promise<void> => {
    const prepared = await prepare()
    refused = prepared.ok ? null : toRejection(prepared.faults, 'oldSettings')
    if (prepared.ok && isInHand()) replace()
  }

  return {
    attempt: async () => {
      if (!isInHand()) return
      trial ??= tryOnce().finally(() => {
        trial = null
      })
      await trial
    },
    rejection: () => (isInHand() ? refused : null),
  }
}
