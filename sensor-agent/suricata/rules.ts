import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { type RuleSource, readRuleSources } from './rule-files.ts'
import { findRule } from './rule-text.ts'
import { type RuleFault, type RulesRejection, toRejection } from './rules-rejection.ts'
import { activate, type Candidate, type Manifest, originOf, readActive, writeCandidate } from './ruleset.ts'
import type { StatePaths, SuricataSettings } from './suricata-settings.ts'
import { toSuricataYaml } from './suricata-yaml.ts'
import { runTrial } from './trial.ts'
import type { TrialFault } from './trial-log.ts'

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
  /** What has passed for a start; see #toKey. */
  #passed: string | null = null
  #last: Promise<unknown> = Promise.resolve()

  constructor(options: RulesOptions) {
    this.#options = options
  }

  rejection(): RulesRejection | null {
    return this.#rejection
  }

  /** Looks for changes in the folders; what has changed is tried, and put in force if all of it passes. */
  refresh(cancel: AbortSignal): Promise<void> {
    return this.#inTurn(() => this.#refresh(cancel))
  }

  /** Before a start: the same, and the set in force has passed `suricata -T` with this very configuration and engine. */
  prepare(cancel: AbortSignal): Promise<Prepared> {
    return this.#inTurn(() => this.#prepare(cancel))
  }

  /** The next `prepare` tries again, even what has passed: the engine failed to start with it. */
  distrust(): void {
    this.#passed = null
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
    else if (candidate.fingerprint !== this.#refused) await this.#decide(candidate, sources, active !== null, cancel)
    this.#seen = stamp
  }

  async #decide(candidate: Candidate, sources: readonly RuleSource[], lastGood: boolean, cancel: AbortSignal) {
    const faults = await this.#judge(candidate, cancel)
    this.#refused = faults.length === 0 ? null : candidate.fingerprint
    if (faults.length === 0) await this.#force(candidate, null)
    else if (lastGood) this.#rejection = toRejection(faults, 'lastGood')
    else await this.#salvage(sources, faults, cancel)
  }

  async #prepare(cancel: AbortSignal): Promise<Prepared> {
    await this.#refresh(cancel)
    const { paths, folders } = this.#options
    const active = await readActive(paths.rules)
    const faults = active === null ? [] : await this.#judgeActive(active, cancel)
    if (active !== null && faults.length === 0) return { ok: true, fingerprint: active.fingerprint }
    const more = await this.#salvage(await readRuleSources(folders), faults, cancel)
    const salvaged = await readActive(paths.rules)
    return more.length === 0 && salvaged !== null
      ? { ok: true, fingerprint: salvaged.fingerprint }
      : { ok: false, faults: more }
  }

  async #judgeActive(active: Manifest, cancel: AbortSignal): Promise<readonly RuleFault[]> {
    const key = await this.#toKey(active.fingerprint)
    if (this.#passed === key) return []
    const faults = await this.#judge({ ...active, folder: this.#options.paths.activeRules, faults: [] }, cancel)
    if (faults.length === 0) this.#passed = key
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
    this.#passed = await this.#toKey(candidate.fingerprint)
  }

  /** The same configuration, rules, engine and class names have passed once: they need not load twice before a restart. */
  async #toKey(fingerprint: string): Promise<string> {
    const { settings, binary } = this.#options
    const named = [binary, '/etc/suricata/classification.config', '/etc/suricata/reference.config']
    const stamps = await Promise.all(named.map((path) => stat(path).then((s) => `${s.size} ${s.mtimeMs}`, String)))
    const parts = [toSuricataYaml(settings), fingerprint, ...stamps]
    return createHash('sha256').update(parts.join('\0')).digest('hex')
  }
}

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
