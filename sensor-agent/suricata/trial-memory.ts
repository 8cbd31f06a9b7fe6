import { createHash } from 'node:crypto'
import { readFile, rm, stat } from 'node:fs/promises'
import { sendWholeFile } from './whole-file.ts'
import { withoutComments } from './yaml.ts'

export interface TrialMemoryParts {
  /** Where it is kept for the next agent. */
  readonly path: string
  readonly binary: string
  /** The configuration that rules are tried with. */
  readonly yaml: string
}

/** Which rules have passed `suricata -T` with this configuration: they need not load twice before a restart. */
export class TrialMemory {
  readonly #parts: TrialMemoryParts
  /** Undefined until it is read, '' for nothing. */
  #passed: string | undefined

  constructor(parts: TrialMemoryParts) {
    this.#parts = parts
  }

  async has(fingerprint: string): Promise<boolean> {
    this.#passed ??= await readFile(this.#parts.path, 'utf8').catch(() => '')
    return this.#passed === (await this.#toKey(fingerprint))
  }

  /** On a full disk only the next agent does not know. */
  async keep(fingerprint: string): Promise<void> {
    this.#passed = await this.#toKey(fingerprint)
    await sendWholeFile(this.#parts.path, this.#passed).catch(() => undefined)
  }

  forget(): void {
    this.#passed = ''
    void rm(this.#parts.path, { force: true }).catch(() => undefined)
  }

  /** Of rules, configuration, engine and class names. */
  async #toKey(fingerprint: string): Promise<string> {
    const { binary, yaml } = this.#parts
    const named = [binary, '/etc/suricata/classification.config', '/etc/suricata/reference.config']
    const stamps = await Promise.all(named.map((path) => stat(path).then((s) => `${s.size} ${s.mtimeMs}`, String)))
    return createHash('sha256')
      .update([withoutComments(yaml), fingerprint, ...stamps].join('\0'))
      .digest('hex')
  }
}
