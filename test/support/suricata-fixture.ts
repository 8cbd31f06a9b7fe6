import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from './source-files.ts'

/** The bytes of a recorded reply, its closing newline included. */
export const suricataFixture = (name: string): Buffer =>
  readFileSync(join(projectRoot, 'test/fixtures/suricata', `${name}-afpacket-workers.json`))

/** Its message, not decoded. */
export const suricataMessage = (name: string): unknown => JSON.parse(suricataFixture(name).toString()).message

/** The message of the recorded `dump-counters` with so many capture workers, each a copy of one of the two recorded. */
export function manyWorkersMessage(count: number): unknown {
  const message = JSON.parse(suricataFixture('dump-counters-7.0.10').toString()).message
  const { 'W#01-ms1': first, 'W#02-ms1': second, ...others } = message.threads
  const workers = Array.from({ length: count }, (_, index) => [
    `W#${String(index + 1).padStart(2, '0')}-ms1`,
    index % 2 === 0 ? first : second,
  ])
  return { ...message, threads: { ...Object.fromEntries(workers), ...others } }
}
