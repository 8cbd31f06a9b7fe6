import type { Builder } from '@grafana/grafana-foundation-sdk/cog'
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard'
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus'
import { boardUid, toGrafanaPanel } from '../panels/grafana-panel.ts'
import { prometheusSource } from '../panels/grafana-query.ts'
import type { Panel } from '../panels/panel.ts'
import { chosenFleets, toSelector } from '../queries.ts'
import { sensorVariables } from './variables.ts'

export interface Section {
  readonly title: string
  readonly panels: readonly Panel[]
}

export interface Board {
  /** Part of its uid and its file's name. */
  readonly name: string
  readonly title: string
  readonly description: string
  readonly sections: readonly Section[]
  /** Besides data source, fleet, zone and sensor. */
  readonly variables: readonly Builder<dashboard.VariableModel>[]
}

/** Prometheus's own series of the alerts; what fires becomes a mark on every board. */
export const firing = (severity = ''): string =>
  toSelector('ALERTS', chosenFleets, { alertstate: 'firing', ...(severity && { severity }) })

export function toDashboard({ name, title, description, sections, variables }: Board): dashboard.Dashboard {
  const builder = new dashboard.DashboardBuilder(`mirror-fleet: ${title}`)
    .uid(boardUid(name))
    .description(description)
    .tags(['mirror-fleet'])
    .time({ from: 'now-1h', to: 'now' })
    .timezone('browser')
    .refresh('30s')
    .tooltip(dashboard.DashboardCursorSync.Crosshair)
    .variables([...sensorVariables, ...variables])
    .annotation(alertMarks())
    .link(otherBoards())
  let id = 0
  for (const { title: heading, panels } of sections) {
    builder.withRow(new dashboard.RowBuilder(heading).id(++id))
    for (const panel of panels) builder.withPanel(toGrafanaPanel(panel, ++id))
  }
  return builder.build()
}

const alertMarks = () =>
  new dashboard.AnnotationQueryBuilder()
    .name('Alerts')
    .datasource(prometheusSource)
    .enable(true)
    .iconColor('red')
    .target(new DataqueryBuilder().refId('Alerts').expr(firing()))
    .expr(firing())
    .titleFormat('{{alertname}}')
    .textFormat('{{fleet}} {{zone}} {{sensor}}')
    .tagKeys('severity')

const otherBoards = () =>
  new dashboard.DashboardLinkBuilder('Boards')
    .type(dashboard.DashboardLinkType.Dashboards)
    .tags(['mirror-fleet'])
    .asDropdown(true)
    .includeVars(true)
    .keepTime(true)
