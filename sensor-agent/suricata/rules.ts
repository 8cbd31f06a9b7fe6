import { readFile } from 'node:fs/promises'
import { type RuleSource, readRuleSources } from './rule-files.ts'
import { findRule } from './rule-text.ts'
import { type RuleFault, type RulesRejection, toRejection } from './rules-rejection.ts'
import { activate, type Candidate, type Manifest, originOf, readActive, writeCandidate } from './ruleset.ts'
import type { StatePaths, SuricataSettings } from './suricata-settings.ts'
import { toSuricataYaml } from './suricata-yaml.ts'
import { runTrial } from './trial.ts'
import type { TrialFault } from './trial-log.ts'
import { TrialMemory } from './trial-memory.ts'

export interface RulesOptions {
  readonly settings: SuricataSettings
  readonly paths: StatePaths
  readonly binary: string
  /** Folders of rule files; one that does not exist is passed over. */
  readonly folders: readonly string[]
}

export type Prepared =
  | { readonly ok: true; readonly fingerprint: string }
  | { readonly ok: false; readonly faults: readonly RuleFault[] }

type RulesetFolder = Manifest & { readonly folder: string }

const engineOrigin = '(engine)'
const mostRounds = 4

/** The rules of one sensor: from their owners' folders, through `suricata -T`, into force. */
export class Rules {
  readonly #options: RulesOptions
  /** What the folders looked like when they were last judged. */
  #seen: string | null = null
  /** The last set that was refused: it is not tried again until it changes. */
  #refused: string | null = null
  #rejection: RulesRejection | null = null
  readonly #passed: TrialMemory
  /** The set in force could not be tried the last time. */
  #doubted = false
  #last: Promise<unknown> = Promise.resolve()

  constructor(options: RulesOptions) {
    this.#options = options
    const { settings, paths, binary } = options
    this.#passed = new TrialMemory({ path: paths.passed, binary, yaml: toSuricataYaml(settings) })
  }

  rejection(): RulesRejection | null {
    return this.#rejection
  }

  /** Looks for changes in the folders; what has changed is tried, and put in force if all of it passes. */
  refresh(cancel: AbortSignal): Promise<void> {
    return this.#inTurn(() => this.#refresh(cancel))
  }

  /**
   * Before a start: the set in force has passed `suricata -T` with this very configuration and engine. One that has is
   * answered at once, also while new rules are being tried: those are no reason to be blind, and are loaded after.
   */
  async prepare(cancel: AbortSignal): Promise<Prepared> {
    const active = await readActive(this.#options.paths.rules)
    if (active !== null && (await this.#passed.has(active.fingerprint)))
      return { ok: true, fingerprint: active.fingerprint }
    return await this.#inTurn(() => this.#prepare(cancel))
  }

  /** The next `prepare` tries again, even what has passed: the engine failed to start with it. */
  distrust(): void {
    this.#passed.forget()
  }

  /** One at a time: two would share the scratch folder. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(work, work)
    this.#last = mine.catch(() => undefined)
    return mine
  }

  async #refresh(cancel: AbortSignal): Promise<void> {
    const sources = await readRuleSources(this.#options.folders)
    const stamp = toStamp(sources)
    if (stamp === this.#seen) return
    const candidate = await this.#write(sources)
    const active = await readActive(this.#options.paths.rules)
    if (candidate.fingerprint === active?.fingerprint) this.#rejection = this.#refused = null
    else if (candidate.fingerprint !== this.#refused) {
      const isVerdict = await this.#decide(candidate, sources, active !== null, cancel)
      if (!isVerdict) return
    }
    this.#seen = stamp
  }

  /** @returns whether that was a verdict on the rules; if not, they are tried again at the next look */
  async #decide(candidate: Candidate, sources: readonly RuleSource[], lastGood: boolean, cancel: AbortSignal) {
    const faults = await this.#judge(candidate, cancel)
    const isVerdict = faults.length === 0 || isOfRules(faults)
    this.#refused = faults.length > 0 && isVerdict ? candidate.fingerprint : null
    if (faults.length === 0) await this.#force(candidate, null)
    else if (lastGood) this.#rejection = toRejection(faults, 'lastGood')
    else await this.#salvage(sources, faults, cancel)
    return isVerdict
  }

  async #prepare(cancel: AbortSignal): Promise<Prepared> {
    await this.#refresh(cancel)
    const { paths, folders } = this.#options
    const active = await readActive(paths.rules)
    const faults = active === null ? [] : await this.#judgeActive(active, cancel)
    if (active !== null && faults.length === 0) return { ok: true, fingerprint: active.fingerprint }
    // A trial that was killed says nothing of rules that were good before: they are given up for the second such only.
    const isDoubt = active !== null && !isOfRules(faults) && !this.#doubted
    this.#doubted = isDoubt
    if (isDoubt) return { ok: false, faults }
    const more = await this.#salvage(await readRuleSources(folders), faults, cancel)
    const salvaged = await readActive(paths.rules)
    return more.length === 0 && salvaged !== null
      ? { ok: true, fingerprint: salvaged.fingerprint }
      : { ok: false, faults: more }
  }

  async #judgeActive(active: Manifest, cancel: AbortSignal): Promise<readonly RuleFault[]> {
    if (await this.#passed.has(active.fingerprint)) return []
    const faults = await this.#judge({ ...active, folder: this.#options.paths.activeRules, faults: [] }, cancel)
    if (faults.length === 0) await this.#passed.keep(active.fingerprint)
    return faults
  }

  /**
   * Without a last good set the sensor would be blind: it starts on the files that no fault names, or on its own rule.
   * @returns the faults of the configuration itself, if even that does not pass
   */
  async #salvage(sources: readonly RuleSource[], first: readonly RuleFault[], cancel: AbortSignal) {
    const said = [...first]
    let kept = without(sources, first)
    for (let round = 1; ; round += 1) {
      const candidate = await this.#write(kept)
      const faults = await this.#judge(candidate, cancel)
      if (faults.length === 0) {
        const rejection = toRejection(said, kept.length > 0 ? 'withoutRefused' : 'ownRule')
        await this.#force(candidate, said.length === 0 ? null : rejection)
        return []
      }
      if (kept.length === 0) return faults
      said.push(...faults.filter((fault) => !said.some((each) => isSame(each, fault))))
      const fewer = without(kept, faults)
      kept = round === mostRounds || fewer.length === kept.length ? [] : fewer
    }
  }

  #write(sources: readonly RuleSource[]): Promise<Candidate> {
    return writeCandidate(`${this.#options.paths.rules}/candidate`, sources)
  }

  async #judge(candidate: Candidate, cancel: AbortSignal): Promise<readonly RuleFault[]> {
    const { settings, binary, paths } = this.#options
    const trial = await runTrial(settings, candidate.folder, { binary, folder: paths.trial, cancel })
    const said = await Promise.all(trial.faults.map((fault) => attribute(candidate, fault)))
    const faults = [...candidate.faults, ...said]
    if (trial.passed || faults.length > 0) return faults
    return [{ file: engineOrigin, line: null, message: `suricata -T ended with ${trial.end}` }]
  }

  async #force(candidate: Candidate, rejection: RulesRejection | null): Promise<void> {
    await activate(this.#options.paths.rules, candidate)
    this.#rejection = rejection
    await this.#passed.keep(candidate.fingerprint)
  }
}

/** Otherwise it was the trial that failed: killed, out of memory, late. That is remembered of no rule. */
const isOfRules = (faults: readonly RuleFault[]): boolean => faults.some(({ file }) => file !== engineOrigin)

const without = (sources: readonly RuleSource[], faults: readonly RuleFault[]): readonly RuleSource[] => {
  const named = new Set(faults.map(({ file }) => file))
  return sources.filter(({ path }) => !named.has(path.toString()))
}

const isSame = (a: RuleFault, b: RuleFault): boolean =>
  a.file === b.file && a.line === b.line && a.message === b.message

const toStamp = (sources: readonly RuleSource[]): string =>
  sources.map(({ path, stamp }) => `${path.toString('hex')} ${stamp}`).join('\n')

/** Gives a fault of a trial the name of the file that its owner knows. */
async function attribute(set: RulesetFolder, fault: TrialFault): Promise<RuleFault> {
  const { stored, line, ruleStart, message } = fault
  if (stored !== null) return { file: originOf(set, stored), line, message }
  if (ruleStart === null) return { file: engineOrigin, line: null, message }
  for (const file of set.files) {
    const found = findRule(await readFile(`${set.folder}/${file.stored}`), ruleStart)
    if (found !== null) return { file: file.origin, line: found, message }
  }
  return { file: engineOrigin, line: null, message }
}
