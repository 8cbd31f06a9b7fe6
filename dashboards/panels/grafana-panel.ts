import { PanelBuilder as BarsBuilder } from '@grafana/grafana-foundation-sdk/bargauge'
import type { Builder } from '@grafana/grafana-foundation-sdk/cog'
import {
  BarGaugeDisplayMode,
  BigValueGraphMode,
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  ReduceDataOptionsBuilder,
  StackingConfigBuilder,
  StackingMode,
  VizOrientation,
} from '@grafana/grafana-foundation-sdk/common'
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard'
import { PanelBuilder as FigureBuilder } from '@grafana/grafana-foundation-sdk/stat'
import { PanelBuilder as TimelineBuilder } from '@grafana/grafana-foundation-sdk/statetimeline'
import { PanelBuilder as LinesBuilder } from '@grafana/grafana-foundation-sdk/timeseries'
import { toSource, toTargets } from './grafana-query.ts'
import type { Panel, View } from './panel.ts'
import type { Figure } from './unit.ts'

const latest = () => new ReduceDataOptionsBuilder().calcs(['lastNotNull'])
/** A line where the colour changes, for figures that have limits. */
const lines = ({ steps }: Figure) =>
  new LinesBuilder().thresholdsStyle(
    new GraphThresholdsStyleConfigBuilder().mode(
      steps.length > 1 ? GraphThresholdsStyleMode.Dashed : GraphThresholdsStyleMode.Off,
    ),
  )
const builders: Readonly<
  Record<View, (figure: Figure) => LinesBuilder | FigureBuilder | BarsBuilder | TimelineBuilder>
> = {
  lines: (figure) => lines(figure).fillOpacity(5),
  stacked: (figure) => lines(figure).fillOpacity(40).stacking(new StackingConfigBuilder().mode(StackingMode.Normal)),
  figure: () => new FigureBuilder().reduceOptions(latest()).graphMode(BigValueGraphMode.None),
  bars: () =>
    new BarsBuilder()
      .reduceOptions(latest())
      .orientation(VizOrientation.Horizontal)
      .displayMode(BarGaugeDisplayMode.Gradient)
      .min(0),
  timeline: () => new TimelineBuilder(),
}

/** @param id unique on its board: a link to a panel is by its id, so it must not change from render to render */
export function toGrafanaPanel(panel: Panel, id: number): Builder<dashboard.Panel> {
  const { title, description, view, figure, width, height = view === 'figure' ? 4 : 8, opens } = panel
  const builder = builders[view](figure)
  builder.id(id).title(title).description(description).height(height).span(width)
  builder.datasource(toSource(panel)).targets(toTargets(panel)).unit(figure.unit)
  builder.thresholds(toThresholds(figure)).mappings(toMappings(figure))
  if (opens) builder.dataLinks([toSensorLink(opens)])
  return builder
}

const toThresholds = ({ steps: [first, ...rest] }: Figure) =>
  new dashboard.ThresholdsConfigBuilder()
    .mode(dashboard.ThresholdsMode.Absolute)
    .steps([{ value: null, color: first }, ...rest.map(([value, color]) => ({ value, color }))])

const toMappings = ({ words }: Figure): dashboard.ValueMapping[] =>
  words === undefined
    ? []
    : [
        {
          type: dashboard.MappingType.ValueToText,
          options: Object.fromEntries(
            Object.entries(words).map(([value, { text, colour }]) => [value, { text, color: colour }]),
          ),
        },
      ]

export const boardUid = (name: string): string => `mirror-fleet-${name}`

/** From fleet to sensor to thread: the series that was clicked says which sensor. */
const toSensorLink = (board: NonNullable<Panel['opens']>) => {
  const labels = ['fleet', 'zone', 'sensor'].map((label) => `var-${label}=\${__field.labels.${label}}`).join('&')
  return new dashboard.DashboardLinkBuilder(`Open ${board}`).url(
    `/d/${boardUid(board)}?${labels}&var-prometheus=\${prometheus}&\${__url_time_range}`,
  )
}
