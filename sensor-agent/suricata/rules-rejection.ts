import { toPrintable } from '../printable.ts'

/** What is wrong with a rule file; `line` is null where the whole file is at fault. */
export interface RuleFault {
  readonly file: string
  readonly line: number | null
  readonly message: string
}

/**
 * Rules that were refused. `lastGood`: the set before stays in force as a whole. `withoutRefused`: there was none, so
 * the sensor runs on the files that are not named here. `ownRule`: no set of the files could be made to pass.
 * `oldSettings`: today's settings do not pass, so the adopted engine goes on with those that it was started with.
 * `notLoaded`: all of them passed, and the running engine has not loaded them.
 */
export interface RulesRejection {
  readonly inForce: 'lastGood' | 'withoutRefused' | 'ownRule' | 'oldSettings' | 'notLoaded'
  /** Number of files refused. */
  readonly files: number
  /** The first of the faults, in printable form. */
  readonly faults: readonly RuleFault[]
  /** How many more there are. */
  readonly moreFaults: number
}

const shownFaults = 20
const longestMessage = 200
const longestName = 300

/** File names and messages hold what the rules' author wrote: bounded and escaped here, once. */
export const toRejection = (faults: readonly RuleFault[], inForce: RulesRejection['inForce']): RulesRejection => ({
  inForce,
  files: new Set(faults.map(({ file }) => file)).size,
  faults: faults.slice(0, shownFaults).map(({ file, line, message }) => ({
    file: toPrintable(file, longestName),
    line,
    message: toPrintable(message, longestMessage),
  })),
  moreFaults: Math.max(0, faults.length - shownFaults),
})
