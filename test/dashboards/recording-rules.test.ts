import { describe, expect, it } from 'vitest'
import { alerts } from '../../dashboards/alerts/rule-groups.ts'
import { boards } from '../../dashboards/boards/boards.ts'
import { isCloudWatch } from '../../dashboards/panels/panel.ts'
import { type RecordingRule, recordingRules } from '../../dashboards/recording-rules.ts'
import { decodeExpression, unknownNames } from './promql.ts'
import { inFolder, promtool } from './promtool.ts'

const rules: readonly RecordingRule[] = Object.values(recordingRules)
const records = rules.map(({ record }) => record)

/** What a rule records of series that go on for 40 minutes, at their end, to the thousandth. */
const evaluate = async (record: string, labels: string, value: number, series: Readonly<Record<string, string>>) => {
  const test = {
    interval: '15s',
    input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
    promql_expr_test: [{ expr: `round(${record}, 0.001)`, eval_time: '40m', exp_samples: [{ labels, value }] }],
  }
  const files = [
    ['rules.yml', JSON.stringify({ groups: [{ name: 'records', rules }] })],
    ['test.yml', JSON.stringify({ rule_files: ['rules.yml'], evaluation_interval: '1m', tests: [test] })],
  ] as const
  return await inFolder(files, (folder) => promtool('test', 'rules', `${folder}/test.yml`))
}

describe('the recording rules', () => {
  it('use only exported names and labels, or what was recorded before them', () => {
    expect(rules.flatMap(({ record, expr }) => unknownNames(expr).map((what) => `${record}: ${what}`))).toEqual([])
    const early = rules.flatMap(({ expr }, index) =>
      decodeExpression(expr).metricNames.filter((name) => records.indexOf(name) >= index),
    )
    expect(early).toEqual([])
  })

  it('are named level:metric:operations', () => {
    for (const record of records) expect(record).toMatch(/^(?:sensor|fleet):[a-z_]+:[a-z0-9_]+$/)
  })

  it('are each used by a board, an alert or another rule', () => {
    const panels = boards.flatMap(({ sections }) => sections.flatMap((section) => section.panels))
    const queries = panels.flatMap((panel) =>
      panel.queries.flatMap((query) => (isCloudWatch(query) ? [] : [query.expr])),
    )
    const used = [...queries, ...alerts.map(({ expr }) => expr), ...rules.map(({ expr }) => expr)].flatMap(
      (expr) => decodeExpression(expr).metricNames,
    )
    expect(records.filter((record) => !used.includes(record))).toEqual([])
  })
})

describe('capture loss', () => {
  const labels = '{fleet="f",sensor="s"}'

  it('is drops over packets, which include the drops: one of three is a third, not a quarter', async () => {
    const series = {
      [`sensor_capture_packets_total${labels}`]: '0+30x200',
      [`sensor_capture_drops_total${labels}`]: '0+10x200',
    }
    await expect(evaluate('sensor:capture_loss:ratio_rate5m', labels, 0.333, series)).resolves.toContain('SUCCESS')
    await expect(evaluate('fleet:capture_loss:ratio_rate5m', '{fleet="f"}', 0.333, series)).resolves.toContain(
      'SUCCESS',
    )
  })

  it('is none where nothing is captured', async () => {
    const series = {
      [`sensor_capture_packets_total${labels}`]: '5x200',
      [`sensor_capture_drops_total${labels}`]: '2x200',
    }
    await expect(evaluate('sensor:capture_loss:ratio_rate5m', labels, 0, series)).resolves.toContain('SUCCESS')
  })

  it('is of the last minutes: an hour of loss long ago is not shown', async () => {
    const series = {
      [`sensor_capture_packets_total${labels}`]: '0+30x200',
      [`sensor_capture_drops_total${labels}`]: '0+30x40 1200x160',
    }
    await expect(evaluate('sensor:capture_loss:ratio_rate5m', labels, 0, series)).resolves.toContain('SUCCESS')
  })
})

describe('time to full', () => {
  it('is the rest over the rise', async () => {
    // 0.01 a minute: 0.5 is left after 40 minutes at 0.1 + 0.4.
    const series = { 'sensor_worker_busy_ratio_max{sensor="s"}': '0.1+0.0025x200' }
    const said = evaluate('sensor:worker_busy:seconds_to_full', '{sensor="s"}', 3000, series)
    await expect(said).resolves.toContain('SUCCESS')
  })
})
