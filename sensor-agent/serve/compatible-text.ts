import { compatibleEngineMetrics, compatibleThreadMetrics } from '../compatible-metrics.ts'
import { toPrintable } from '../printable.ts'
import type { CompatibleCounters, DetectEngine } from '../sample/reading.ts'
import type { ExpositionFormat } from './exposition-format.ts'
import type { Scrape } from './series.ts'

/**
 * What suricata_exporter would show, from the last publication: thousands of series with SENSOR_METRICS_PER_THREAD, for
 * which the library takes ten times as long (`npm run bench`). The counters are rendered once for each reply of the
 * engine; `suricata_up` and the version always. No counters, no series: a scrape never fails because the engine does.
 */
export function createCompatibleText(format: ExpositionFormat): (scrape: Scrape) => string {
  let rendered: { readonly counters: CompatibleCounters; readonly text: string } | undefined
  return (scrape) => {
    const reply = scrape.last?.reading['dump-counters']
    const counters = reply?.ok ? reply.value.compatible : null
    if (counters === null) return toStateText(format, scrape, false)
    if (rendered?.counters !== counters) rendered = { counters, text: toCountersText(format, counters) }
    return toStateText(format, scrape, true) + rendered.text
  }
}

/** The engine is up when its process is, its counters were read, and the agent has looked of late. */
function toStateText(format: ExpositionFormat, { last, served }: Scrape, answered: boolean): string {
  const isStale = served.findings.some(({ reason }) => reason === 'verdict-stale')
  const up = answered && last?.window.suricataUp === true && !isStale
  const version = last?.engine.version ?? null
  return [
    toFamily(format, 'suricata_up', '1 while the engine runs and answers, else 0; always present.', [['', up ? 1 : 0]]),
    version === null
      ? ''
      : toFamily(format, 'suricata_version_info', 'Always 1; the version of Suricata is in the label.', [
          [`{version="${escaped(version)}"}`, 1],
        ]),
  ].join('')
}

type Sample = readonly [labels: string, value: number]

function toCountersText(format: ExpositionFormat, counters: CompatibleCounters): string {
  const engine = compatibleEngineMetrics.map(({ name, help }, index) => {
    const value = counters.engine[index] ?? null
    return value === null ? '' : toFamily(format, name, help, [['', value]])
  })
  return [...engine, ...toDetectTexts(format, counters.detectEngines), toThreadText(format, counters)].join('')
}

function toDetectTexts(format: ExpositionFormat, engines: readonly DetectEngine[]): readonly string[] {
  const family = (name: string, help: string, read: (engine: DetectEngine) => number | null): string =>
    toFamily(
      format,
      `suricata_detect_engine_${name}`,
      help,
      engines.flatMap((engine): Sample[] => {
        const value = read(engine)
        return value === null ? [] : [[`{id="${engine.id}"}`, value]]
      }),
    )
  return [
    family('rules_loaded', 'Rules loaded.', ({ rulesLoaded }) => rulesLoaded),
    family('rules_failed', 'Rules that could not be loaded.', ({ rulesFailed }) => rulesFailed),
    family('last_reload_timestamp_seconds', 'When the rules were loaded; Unix time in seconds.', (engine) =>
      // The exporter cuts it to seconds.
      engine.loadedTimestamp === null ? null : Math.floor(engine.loadedTimestamp),
    ),
  ]
}

/** Ten thousand lines with 64 workers: they are joined as they come, without an object for each. */
function toThreadText(format: ExpositionFormat, { threads }: CompatibleCounters): string {
  const labels = threads.map(({ thread }) => `thread="${escaped(thread)}"} `)
  let text = ''
  let family = ''
  for (const [index, { name, help, label }] of compatibleThreadMetrics.entries()) {
    const start = label === null ? `${name}{` : `${name}{${label[0]}="${label[1]}",`
    const lines = threads.reduce((sum, { values }, of) => {
      const value = values[index] ?? null
      return value === null ? sum : `${sum}${start}${labels[of]}${value}\n`
    }, '')
    if (lines !== '' && name !== family) text += toHead(format, name, help)
    if (lines !== '') family = name
    text += lines
  }
  return text + toFlowsText(format, threads, labels)
}

function toFlowsText(
  format: ExpositionFormat,
  threads: CompatibleCounters['threads'],
  labels: readonly string[],
): string {
  const name = 'suricata_app_layer_flows_total'
  const apps = new Map<string, string>()
  let lines = ''
  for (const [of, { flows }] of threads.entries()) {
    for (const [app, count] of flows) {
      const label = apps.get(app) ?? escaped(app)
      apps.set(app, label)
      lines += `${name}{app="${label}",${labels[of]}${count}\n`
    }
  }
  return lines === '' ? '' : toHead(format, name, 'Flows by application protocol.') + lines
}

function toFamily(format: ExpositionFormat, name: string, help: string, samples: readonly Sample[]): string {
  const lines = samples.map(([labels, value]) => `${name}${labels} ${value}\n`).join('')
  return lines === '' ? '' : toHead(format, name, help) + lines
}

/** OpenMetrics names the family of a counter without its `_total`. The help texts are ours and need no escape. */
function toHead(format: ExpositionFormat, name: string, help: string): string {
  const isCounter = name.endsWith('_total')
  const family = format === 'openMetrics' && isCounter ? name.slice(0, -'_total'.length) : name
  return `# HELP ${family} ${help}\n# TYPE ${family} ${isCounter ? 'counter' : 'gauge'}\n`
}

/** Names come from the engine: cut, and escaped as both formats want it. Printable text has no line feed. */
const escaped = (text: string): string => toPrintable(text, 64).replaceAll(/["\\]/g, '\\$&')
