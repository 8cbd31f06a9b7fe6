import type { DetectEngine } from '../sample/reading.ts'
import { counterReader, isJsonObject, type JsonObject, memberAt } from './json-tree.ts'

/** `detect.engines` of `dump-counters`: one for each tenant, at least one. `missing` names what is required and not there. */
export function decodeDetectEngines(message: unknown): {
  readonly engines: readonly DetectEngine[]
  readonly missing: readonly string[]
} {
  const entries = memberAt(message, ['detect', 'engines'])
  const read = (Array.isArray(entries) ? entries : [])
    .filter((entry): entry is JsonObject => isJsonObject(entry))
    .map((entry) => ({ entry, ...counterReader(entry, 'detect.engines.') }))
  const engines = read.map(({ entry, required, sum }) => ({
    id: sum('id'),
    rulesLoaded: required('rules_loaded'),
    rulesFailed: required('rules_failed'),
    loadedTimestamp: toTimestamp(entry.last_reload),
  }))
  return { engines, missing: engines.length > 0 ? read.flatMap(({ missing }) => missing()) : ['detect.engines'] }
}

/** Unix time of `2026-11-24T06:43:37.262237+0000` (src/util-time.c, CreateIsoTimeString); null for anything else. */
function toTimestamp(text: unknown): number | null {
  const [, time, hours, minutes] =
    /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?)([+-]\d\d)(\d\d)$/.exec(typeof text === 'string' ? text : '') ?? []
  const milliseconds = Date.parse(`${time}${hours}:${minutes}`)
  return Number.isNaN(milliseconds) ? null : milliseconds / 1000
}
