import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { alerts, toAlertRuleFile, toRecordingRuleFile } from '../../../dashboards/alerts/rule-groups.ts'
import { fleetMaximumName } from '../../../dashboards/recording-rules.ts'
import { toFleetAlarms } from '../../../infra/aws/fleet-alarms.ts'
import { toFleetMetrics } from '../../../infra/aws/fleet-metrics.ts'
import { mirrorSkipAlarms } from '../../../infra/aws/mirror-skip.ts'
import { defaultFleet } from '../../../infra/fleet.ts'
import { labelValues } from '../../../sensor-agent/metrics.ts'
import { toAwsFleet } from '../../support/aws-app.ts'
import { projectRoot } from '../../support/source-files.ts'
import { unknownNames } from '../promql.ts'
import { inFolder, promtool, settings } from '../promtool.ts'
import { type AlertCase, alertCases, calmMinutes, sampleSeconds } from './alert-cases.ts'

const files = [
  ['records.yml', JSON.stringify(toRecordingRuleFile(settings))],
  ['alerts.yml', JSON.stringify(toAlertRuleFile(settings))],
] as const

/** Otherwise promtool evaluates them in any order, and an alert sees what was recorded now or a minute ago. */
const groupNames = [toRecordingRuleFile(settings), toAlertRuleFile(settings)].flatMap(({ groups }) =>
  groups.map(({ name }) => name),
)

const alertNamed = (name: string) => {
  const alert = alerts.find((row) => row.name === name)
  if (!alert) throw new Error(`no alert ${name}`)
  return alert
}

/** As promtool tests rules: the alert is absent while all is calm, and there with all its labels and texts afterwards. */
const toPromtoolTest = ({ name, series, afterMinutes, labels, summary }: AlertCase) => {
  const { severity, description } = alertNamed(name)
  const firing = {
    exp_labels: { ...labels, severity },
    exp_annotations: { summary, description, runbook_url: `${settings.runbookUrl}#${name}` },
  }
  return {
    interval: `${sampleSeconds}s`,
    input_series: series,
    alert_rule_test: [
      { eval_time: `${calmMinutes - 1}m`, alertname: name, exp_alerts: [] },
      { eval_time: `${calmMinutes + afterMinutes}m`, alertname: name, exp_alerts: [firing] },
    ],
  }
}

const toTestFile = (tests: readonly object[]): string =>
  JSON.stringify({
    rule_files: files.map(([path]) => path),
    group_eval_order: groupNames,
    evaluation_interval: '1m',
    tests,
  })

describe('the rules', () => {
  it('are rules to Prometheus', async () => {
    const said = await inFolder(files, (folder) =>
      promtool('check', 'rules', ...files.map(([path]) => join(folder, path))),
    )
    expect(said).toContain(`${alerts.length} rules found`)
  })

  it('use only exported names and labels, or recorded ones', () => {
    expect(alerts.flatMap(({ name, expr }) => unknownNames(expr).map((what) => `${name}: ${what}`))).toEqual([])
  })

  it('have one alert for every reason of a sensor but draining, which is no fault', () => {
    const names = alerts.map(({ name }) => name)
    expect(labelValues.reason.filter((reason) => !names.includes(reason))).toEqual(['draining'])
    expect(new Set(names).size).toBe(names.length)
  })

  it('know the fleet that is described by default', () => {
    const { maximumCapacity } = defaultFleet.sensors
    const { groups } = toRecordingRuleFile({ ...settings, maximumCapacities: { [defaultFleet.name]: maximumCapacity } })
    expect(groups[0]?.rules.at(-1)).toEqual({
      record: fleetMaximumName,
      expr: `vector(${maximumCapacity})`,
      labels: { fleet: defaultFleet.name },
    })
  })
})

describe('an alert', () => {
  it('has its case here, except the one that is never silent', () => {
    const cases = alertCases.map(({ name }) => name)
    expect(alerts.map(({ name }) => name).filter((name) => !cases.includes(name))).toEqual(['Watchdog'])
  })

  it.each(alertCases.map((row) => [row.name, row] as const))('%s is silent before and fires after', async (_, row) => {
    const said = await inFolder([...files, ['test.yml', toTestFile([toPromtoolTest(row)])]], (folder) =>
      promtool('test', 'rules', join(folder, 'test.yml')),
    )
    expect(said).toContain('SUCCESS')
  })

  it('Watchdog fires from the first minute, with nothing to scrape', async () => {
    const { severity, summary, description } = alertNamed('Watchdog')
    const firing = {
      exp_labels: { severity },
      exp_annotations: { summary, description, runbook_url: `${settings.runbookUrl}#watchdog` },
    }
    const test = { interval: '1m', alert_rule_test: [{ eval_time: '1m', alertname: 'Watchdog', exp_alerts: [firing] }] }
    await inFolder([...files, ['test.yml', toTestFile([test])]], (folder) =>
      promtool('test', 'rules', join(folder, 'test.yml')),
    )
  })

  it('leaves a fleet alone that is at its usual size, whose maximum is another fleet’s', async () => {
    const series = ['s1', 's2', 's3'].map((sensor) => ({
      series: `up{job="mirror-fleet",fleet="core",zone="a",sensor="${sensor}"}`,
      values: '1x200',
    }))
    const test = {
      interval: '15s',
      input_series: series,
      alert_rule_test: [{ eval_time: '40m', alertname: 'fleet-at-max', exp_alerts: [] }],
    }
    await inFolder([...files, ['test.yml', toTestFile([test])]], (folder) =>
      promtool('test', 'rules', join(folder, 'test.yml')),
    )
  })
})

describe('runbook.md', () => {
  const text = readFileSync(join(projectRoot, 'dashboards/runbook.md'), 'utf8')
  const parts = text.split(/^## /m).slice(1)
  const headings = parts.map((part) => part.slice(0, part.indexOf('\n')))

  it('has a heading for every alert', () => {
    expect(alerts.map(({ name }) => name).filter((name) => !headings.includes(name))).toEqual([])
  })

  it('has a heading for every alarm that the stacks make, and none for nothing', () => {
    const fleet = toAwsFleet()
    const names = { loadBalancerFullName: 'net/test/0', targetGroupFullName: 'targetgroup/test/0' }
    const ofFleet = toFleetAlarms(fleet, toFleetMetrics(fleet, { kind: 'network', ...names }))
    const alarms = [...ofFleet, ...mirrorSkipAlarms].map(({ name }) => name)
    expect(alarms.length).toBeGreaterThan(5)
    expect(alarms.filter((name) => !headings.includes(name))).toEqual([])
    const named = [...alarms, ...alerts.map(({ name }) => name)]
    expect(headings.filter((heading) => !named.includes(heading))).toEqual([])
  })

  it.each(parts.map((part, index) => [headings[index] ?? '', part] as const))(
    '%s says what it means, where to look first, and what helps',
    (_, part) => {
      const [meaning, look, remedy] = ['Meaning', 'First look', 'Remedy'].map((word) => part.indexOf(`**${word}.** `))
      expect(meaning).toBeGreaterThan(0)
      expect(look).toBeGreaterThan(meaning ?? 0)
      expect(remedy).toBeGreaterThan(look ?? 0)
    },
  )
})
