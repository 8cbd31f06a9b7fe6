import { boards } from '../../dashboards/boards/boards.ts'
import { isCloudWatch } from '../../dashboards/panels/panel.ts'

/** What the panels of all boards ask Prometheus, each with its board and title. */
export const panelQueries = boards.flatMap(({ name, sections }) =>
  sections.flatMap(({ panels }) =>
    panels.flatMap((panel) =>
      panel.queries.flatMap((query) =>
        isCloudWatch(query) ? [] : [{ panel: `${name}: ${panel.title}`, expr: query.expr }],
      ),
    ),
  ),
)

/** As Grafana would with everything chosen, and the scrape interval of a local region. */
export const toFilled = (expr: string): string =>
  expr
    .replaceAll('$__rate_interval', '10s')
    .replaceAll('$__range', '5m')
    .replaceAll('$dollars_per_hour', '0.5')
    .replaceAll(/"\$\w+"/g, '".*"')
