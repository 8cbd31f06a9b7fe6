import { readFile } from 'node:fs/promises'
import type { Entry } from '../journal.ts'
import { sendSignal } from './engine-process.ts'
import type { EngineRunner } from './engine-runner.ts'
import { deadlines } from './lifecycle.ts'
import { ProcessRecord, readRecord } from './process-record.ts'
import { findEngines, isSameProcess, type ProcessIdentity, readAgeSeconds } from './process-table.ts'
import type { StatePaths } from './suricata-settings.ts'
import { withoutComments } from './yaml.ts'

export interface AdoptedEngine {
  readonly pid: number
  /** It runs with today's settings. */
  readonly current: boolean
}

export interface AdoptionParts {
  readonly runner: Pick<EngineRunner, 'adopt'>
  readonly paths: StatePaths
  readonly binary: string
  /** Today's configuration. */
  readonly yaml: string
  readonly log: (entry: Entry) => void
}

/**
 * Adopts the running engine, if there is one, and ends all others: two of them would write the same logs. The record says
 * which of several is ours and what it has loaded; only what the process table confirms is ever signalled.
 */
export async function adoptEngine({ runner, paths, binary, yaml, log }: AdoptionParts): Promise<AdoptedEngine | null> {
  const record = await readRecord(paths.record, ProcessRecord)
  const found = await findEngines(paths.yaml, binary)
  const isRecorded = (each: ProcessIdentity) => record !== null && isSameProcess(each, record)
  const engine = found.find(isRecorded) ?? found.find(({ here }) => here) ?? found[0]
  for (const stray of found.filter(({ pid }) => pid !== engine?.pid)) {
    log({ level: 'warn', message: 'a second engine of this sensor is ended', fields: { pid: stray.pid } })
    await sendSignal(stray, 'SIGKILL')
  }
  if (engine === undefined) return null
  const { pid, here } = engine
  const known = isRecorded(engine) ? record : null
  const current = here && withoutComments(await readFile(paths.yaml, 'utf8')) === withoutComments(yaml)
  const proven = known?.ready === true || (await readAgeSeconds(engine)) > deadlines.startSeconds
  const message = current ? 'engine adopted' : "engine adopted with old settings; it is replaced when today's pass"
  log({ level: 'info', message, fields: { pid } })
  await runner.adopt(engine, known?.rulesFingerprint ?? null, proven)
  return { pid, current }
}
