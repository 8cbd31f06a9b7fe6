import { readFile, rm } from 'node:fs/promises'
import { type Static, type TSchema, Type } from 'typebox'
import { Check } from 'typebox/value'
import { sendWholeFile } from './whole-file.ts'

const identity = {
  pid: Type.Integer({ minimum: 2 }),
  startTicks: Type.Integer({ minimum: 1 }),
  bootId: Type.String({ pattern: '^[0-9a-f-]{36}$' }),
}

/** The engine of this state folder, for an agent that starts anew. */
export const ProcessRecord = Type.Object({
  ...identity,
  /** The rules that the engine has loaded; null when unknown. */
  rulesFingerprint: Type.Union([Type.String(), Type.Null()]),
  /** It has been ready once. */
  ready: Type.Boolean(),
})
export type ProcessRecord = Static<typeof ProcessRecord>

/** The agent of this state folder. */
export const AgentRecord = Type.Object(identity)
export type AgentRecord = Static<typeof AgentRecord>

/** The record, or null when there is none or it is damaged: then the process table is searched. */
export async function readRecord<T extends TSchema>(path: string, schema: T): Promise<Static<T> | null> {
  try {
    const record: unknown = JSON.parse(await readFile(path, 'utf8'))
    return Check(schema, record) ? record : null
  } catch {
    return null
  }
}

export const sendRecord = (path: string, record: ProcessRecord | AgentRecord): Promise<void> =>
  sendWholeFile(path, `${JSON.stringify(record)}\n`)

/** The record of the engine in hand, written one at a time. */
export class EngineRecord {
  readonly #path: string
  #writing: Promise<void> = Promise.resolve()

  constructor(path: string) {
    this.#path = path
  }

  /** `read` is asked when the turn comes; null is for an engine that is no longer in hand. */
  send(read: () => Promise<ProcessRecord | null>): Promise<void> {
    const write = async (): Promise<void> => {
      const record = await read()
      if (record !== null) await sendRecord(this.#path, record)
    }
    const written = this.#writing.then(write)
    this.#writing = written.catch(() => undefined)
    return written
  }

  async remove(): Promise<void> {
    await this.#writing
    await removeRecord(this.#path)
  }
}

export const removeRecord = (path: string): Promise<void> => rm(path, { force: true })
