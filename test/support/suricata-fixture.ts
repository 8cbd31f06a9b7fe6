import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from './source-files.ts'

/** The bytes of a recorded reply, its closing newline included. */
export const suricataFixture = (name: string): Buffer =>
  readFileSync(join(projectRoot, 'test/fixtures/suricata', `${name}-afpacket-workers.json`))

/** Its message, not decoded. */
export const suricataMessage = (name: string): unknown => JSON.parse(suricataFixture(name).toString()).message
