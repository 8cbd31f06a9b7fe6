import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { type Static, type TSchema, Type } from 'typebox'
import { Check } from 'typebox/value'

const identity = {
  pid: Type.Integer({ minimum: 2 }),
  startTicks: Type.Integer({ minimum: 1 }),
  bootId: Type.String({ pattern: '^[0-9a-f-]{36}$' }),
}

/** The engine of this state folder, for an agent that starts anew. */
export const ProcessRecord = Type.Object({
  ...identity,
  /** sha256 of the suricata.yaml that the engine was started with. */
  configHash: Type.String(),
  /** The rules that the engine has loaded; null when unknown. */
  rulesFingerprint: Type.Union([Type.String(), Type.Null()]),
  startedAt: Type.String(),
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

/** Replaces the record whole, by rename: an agent that dies meanwhile leaves the old one or the new one. */
export async function sendRecord(path: string, record: ProcessRecord | AgentRecord): Promise<void> {
  await writeFile(`${path}.new`, `${JSON.stringify(record)}\n`, { mode: 0o640 })
  await rename(`${path}.new`, path)
}

export const removeRecord = (path: string): Promise<void> => rm(path, { force: true })
