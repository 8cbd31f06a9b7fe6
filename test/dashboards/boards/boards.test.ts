import { describe, expect, it } from 'vitest'
import { firing, toDashboard } from '../../../dashboards/boards/board.ts'
import { boards } from '../../../dashboards/boards/boards.ts'
import { isCloudWatch, type Panel } from '../../../dashboards/panels/panel.ts'
import { metrics } from '../../../sensor-agent/metrics.ts'
import { decodeExpression, unknownNames } from '../promql.ts'

const panels: readonly (readonly [where: string, panel: Panel])[] = boards.flatMap(({ name, sections }) =>
  sections.flatMap((section) => section.panels.map((panel) => [`${name}: ${panel.title}`, panel] as const)),
)
const expressions = panels.flatMap(([where, { queries }]) =>
  queries.flatMap((query) => (isCloudWatch(query) ? [] : [[where, query.expr] as const])),
)
const dashboards = boards.map(toDashboard)

/** Every text in a value, however deep. */
const texts = (value: unknown): string[] =>
  typeof value === 'string'
    ? [value]
    : typeof value === 'object' && value !== null
      ? Object.values(value).flatMap(texts)
      : []

describe('the boards', () => {
  it('are those that the fleet has, each with a uid of its own', () => {
    expect(dashboards.map(({ uid }) => uid)).toEqual(
      ['fleet', 'sensor', 'capture', 'audit', 'load-balancer', 'agent'].map((name) => `mirror-fleet-${name}`),
    )
  })

  it('use only exported names and labels, or recorded ones', () => {
    const used = [...expressions, ['annotation', firing()] as const]
    expect(used.flatMap(([where, expr]) => unknownNames(expr).map((what) => `${where}: ${what}`))).toEqual([])
  })

  it('show every metric of the catalogue, by itself or through a recorded series', () => {
    const shown = new Set(expressions.flatMap(([, expr]) => decodeExpression(expr).metricNames))
    // sensor_lost_packets_total is on boards as a rate by place only.
    expect(
      Object.values(metrics)
        .map(({ name }) => name)
        .filter((name) => !shown.has(name)),
    ).toEqual(['sensor_lost_packets_total'])
  })

  it('keep to what is chosen at the top: every query names the fleet', () => {
    expect(expressions.filter(([, expr]) => !expr.includes('fleet=~"$fleet"'))).toEqual([])
  })

  it('use no variable that they do not have', () => {
    const own = /^(?:__.*)$/
    for (const board of dashboards) {
      const known = board.templating?.list?.map(({ name }) => name) ?? []
      const used = texts(board.panels).flatMap((text) =>
        [...text.matchAll(/\$\{?(\w+)/g)].map((match) => match[1] ?? ''),
      )
      expect(
        used.filter((name) => !known.includes(name) && !own.test(name)),
        board.title,
      ).toEqual([])
    }
  })

  it('fit Grafana’s 24 columns in full rows of equal height', () => {
    for (const { panels: placed = [], title } of dashboards) {
      const rows = Map.groupBy(placed, ({ gridPos }) => gridPos?.y)
      for (const row of rows.values()) {
        const places = row.map(({ gridPos }) => gridPos ?? { x: 0, y: 0, w: 0, h: 0 })
        expect(
          places.reduce((sum, { w }) => sum + w, 0),
          `${title}: ${row[0]?.title}`,
        ).toBe(24)
        expect(new Set(places.map(({ h }) => h)).size, `${title}: ${row[0]?.title}`).toBe(1)
      }
    }
  })

  it('give every panel a number of its own', () => {
    for (const { panels: placed = [] } of dashboards) {
      const ids = placed.map(({ id }) => id)
      expect(new Set(ids).size).toBe(ids.length)
    }
  })

  it('lead from the fleet to a sensor, and from a sensor to its threads', () => {
    const opens = (name: string) =>
      new Set(panels.filter(([where]) => where.startsWith(`${name}:`)).map(([, panel]) => panel.opens))
    expect(opens('fleet')).toContain('sensor')
    expect(opens('sensor')).toContain('capture')
    const uids = dashboards.map(({ uid }) => uid)
    const links = dashboards
      .flatMap((board) => texts(board.panels))
      .flatMap((text) => /^\/d\/([\w-]+)/.exec(text)?.[1] ?? [])
    expect(links.length).toBeGreaterThan(10)
    expect(links.filter((uid) => !uids.includes(uid))).toEqual([])
  })

  it('open a sensor only from series that say which', () => {
    // An aggregate that drops the label would open the board for no sensor.
    const nameless = panels
      .filter(([, { opens }]) => opens)
      .flatMap(([where, { queries }]) =>
        queries.flatMap((query) => {
          if (isCloudWatch(query)) return []
          const groups = [...query.expr.matchAll(/\b(?:sum|max|min|avg|count)\b(?: by \(([^)]*)\))?/g)]
          return groups.filter((match) => !match[1]?.includes('sensor')).map(() => where)
        }),
      )
    expect(nameless).toEqual([])
  })
})

describe('a panel', () => {
  it.each(panels)('%s has a unit, a description and thresholds', (_, { figure, description, queries }) => {
    expect(figure.unit).not.toBe('')
    expect(description).toMatch(/^.{15,}[.”]$/)
    expect(queries.length).toBeGreaterThan(0)
    const values = figure.steps.flatMap((step) => (typeof step === 'string' ? [] : [step[0]]))
    expect(values).toEqual([...values].sort((a, b) => a - b))
  })

  it('comes out with what was written down', () => {
    const placed = dashboards.flatMap((board) => (board.panels ?? []).filter(({ type }) => type !== 'row'))
    expect(placed.map(({ title }) => title)).toEqual(panels.map(([, panel]) => panel.title))
    for (const [index, found] of placed.entries()) {
      const panel = panels[index]?.[1]
      if (!('fieldConfig' in found)) throw new Error(`${found.title} is no panel`)
      expect(found.description).toBe(panel?.description)
      expect(found.fieldConfig?.defaults?.unit).toBe(panel?.figure.unit)
      expect(found.fieldConfig?.defaults?.thresholds?.steps.length).toBe(panel?.figure.steps.length)
    }
  })
})
