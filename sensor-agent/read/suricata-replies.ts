import type { Answer, CaptureCounters, EngineCounters } from '../sample/reading.ts'
import { answered, failed } from './answer.ts'
import type { CompatibleThreads } from './compatible-counters.ts'
import { counterReader, isCounter, memberAt } from './json-tree.ts'
import { decodeDumpCounters } from './suricata-counters.ts'

export interface RulesetStats {
  readonly rulesLoaded: number
  readonly rulesFailed: number
}

/** What each command that the agent sends is answered with. */
export interface Replies {
  readonly 'dump-counters': EngineCounters
  readonly 'iface-stat': CaptureCounters
  /** Seconds. */
  readonly uptime: number
  readonly 'ruleset-stats': RulesetStats
  /** When the rules in force were loaded, in Suricata's own notation; it changes with every reload. */
  readonly 'ruleset-reload-time': string
  /** Accepted, not done: `ruleset-reload-time` tells when it is. */
  readonly 'ruleset-reload-nonblocking': 'accepted'
  readonly 'reopen-log-files': 'accepted'
  readonly shutdown: 'accepted'
  readonly version: string
  readonly 'running-mode': string
  readonly 'capture-mode': string
}
export type Command = keyof Replies

type Decoder<T> = (message: unknown, compatible: CompatibleThreads | null) => Answer<T>
const decoders: { readonly [C in Command]: Decoder<Replies[C]> } = {
  'dump-counters': decodeDumpCounters,
  'iface-stat': decodeIfaceStat,
  uptime: decodeUptime,
  'ruleset-stats': decodeRulesetStats,
  'ruleset-reload-time': decodeReloadTime,
  'ruleset-reload-nonblocking': () => answered('accepted'),
  'reopen-log-files': () => answered('accepted'),
  shutdown: () => answered('accepted'),
  version: (message) => decodeText('version', message),
  'running-mode': (message) => decodeText('running-mode', message),
  'capture-mode': (message) => decodeText('capture-mode', message),
}

/** The message of an OK reply to `command`, fully decoded; `compatible` is of `dump-counters` alone. */
export const decodeMessage = <C extends Command>(
  command: C,
  message: unknown,
  compatible: CompatibleThreads | null = null,
): Answer<Replies[C]> => decoders[command](message, compatible)

/** {"pkts":…,"invalid-checksums":…,"drop":…,"bypassed":…} (src/util-device.c) */
export function decodeIfaceStat(message: unknown): Answer<CaptureCounters> {
  const { required, missing } = counterReader(message)
  const counters = {
    packets: required('pkts'),
    drops: required('drop'),
    invalidChecksums: required('invalid-checksums'),
  }
  return missing().length > 0 ? failed('SENSOR_COUNTERS_UNKNOWN', missing().join('", "')) : answered(counters)
}

/** Seconds. */
export function decodeUptime(message: unknown): Answer<number> {
  return isCounter(message) ? answered(message) : failed('SENSOR_REPLY_UNKNOWN', 'uptime', 'a number of seconds')
}

/** One entry for each detection engine; their rules add up. */
export function decodeRulesetStats(message: unknown): Answer<RulesetStats> {
  const engines = Array.isArray(message) ? message.map((engine: unknown) => counterReader(engine)) : []
  const total = (name: string) => engines.reduce((sum, engine) => sum + engine.required(name), 0)
  const stats = { rulesLoaded: total('rules_loaded'), rulesFailed: total('rules_failed') }
  const missing = engines.flatMap((engine) => engine.missing())
  return engines.length === 0 || missing.length > 0
    ? failed('SENSOR_REPLY_UNKNOWN', 'ruleset-stats', 'a list of engines with rules_loaded and rules_failed')
    : answered(stats)
}

/** The latest of the engines' times; the notation (ISO 8601, one zone) sorts as text. */
export function decodeReloadTime(message: unknown): Answer<string> {
  const times = (Array.isArray(message) ? message : []).map((engine: unknown) => memberAt(engine, ['last_reload']))
  const latest = times
    .filter((time) => typeof time === 'string')
    .sort()
    .at(-1)
  return latest === undefined
    ? failed('SENSOR_REPLY_UNKNOWN', 'ruleset-reload-time', 'a list of engines with last_reload')
    : answered(latest)
}

function decodeText(command: Command, message: unknown): Answer<string> {
  return typeof message === 'string' ? answered(message) : failed('SENSOR_REPLY_UNKNOWN', command, 'a text')
}
