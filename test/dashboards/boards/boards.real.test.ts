import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { boards } from '../../../dashboards/boards/boards.ts'
import { isCloudWatch } from '../../../dashboards/panels/panel.ts'
import { toLocalPrometheus } from '../../../dashboards/rendered-files.ts'
import { defaultFleet } from '../../../infra/fleet.ts'
import { runIn } from '../../../infra/local/command.ts'
import { waitUntil } from '../../../infra/local/condition.ts'
import { withOptions } from '../../../infra/local/local-fleet.ts'
import { type NamespaceProcess, startInNamespace } from '../../../infra/local/namespace-process.ts'
import { type Region, startRegion } from '../../../infra/local/region.ts'
import { sendRounds, waitUntilHealthy } from '../../../infra/local/round.ts'
import { sensorHttpPort } from '../../../infra/local/sensor.ts'
import { settings, writeFiles } from '../promtool.ts'

/** The parts of an answer of Prometheus's HTTP API that are looked at. */
interface Answer {
  readonly status: string
  readonly error?: string
  readonly data?: {
    readonly result?: readonly unknown[]
    readonly groups?: readonly { readonly rules: readonly Rule[] }[]
  }
}
interface Rule {
  readonly name: string
  readonly health: string
  readonly state?: string
}

/** Queries that may find nothing in a healthy region, by a part of them or of their panel's name, and why. */
const mayBeEmpty: readonly (readonly [part: string, why: string])[] = [
  ['fleet: Time to full', 'load need not rise'],
  ['sensor: Time to a full disk', 'the disk need not fill'],
  ['capture: ENA allowances', 'there is no ENA driver here'],
  ['place="ena-allowance"', 'there is no ENA driver here'],
  [' by thread: ', 'series by thread are an option that the region leaves off'],
]

const queries = boards.flatMap(({ name, sections }) =>
  sections.flatMap(({ panels }) =>
    panels.flatMap((panel) =>
      panel.queries.flatMap((query) =>
        isCloudWatch(query) ? [] : [{ panel: `${name}: ${panel.title}`, expr: query.expr }],
      ),
    ),
  ),
)

const toWords = ({ panel, expr }: { panel: string; expr: string }): string => `${panel}: ${expr}`

/** As Grafana would with everything chosen, and the scrape interval of a local region. */
const filled = (expr: string): string =>
  expr
    .replaceAll('$__rate_interval', '10s')
    .replaceAll('$__range', '5m')
    .replaceAll('$dollars_per_hour', '0.5')
    .replaceAll(/"\$\w+"/g, '".*"')

let region: Region
let prometheus: NamespaceProcess

/** Prometheus stands where the sensors can be reached from: beside the load balancer. */
const origin = 'http://127.0.0.1:9090'
const ask = async (...paths: string[]): Promise<readonly Answer[]> => {
  const options = ['--disable', '--silent', '--noproxy', '*', '--max-time', '20', '--write-out', '\n']
  const urls = paths.map((path) => `${origin}/api/v1/${path}`)
  const answer = await runIn(region.plan.loadBalancer.namespace, 'curl', [...options, ...urls])
  return answer
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
}

beforeAll(async () => {
  const { sensors, ...rest } = withOptions(defaultFleet, { sensors: 2, sources: 1 })
  // With devices, so that their places have figures too.
  const fleet = { ...rest, sensors: { ...sensors, decapsulation: 'kernel' } } as const
  region = await startRegion({ fleet, onProgress: () => undefined, onLost: () => undefined })
  const folder = join(region.folder, 'prometheus')
  const targets = region.plan.sensors.map(({ id, zone, address }) => ({
    ...{ fleet: fleet.name, zone, sensor: id },
    address: `${address}:${sensorHttpPort}`,
  }))
  writeFiles(folder, toLocalPrometheus(settings, targets))
  mkdirSync(join(folder, 'data'))
  prometheus = await startInNamespace({
    namespace: region.plan.loadBalancer.namespace,
    name: 'prometheus',
    command: 'prometheus',
    args: [
      `--config.file=${folder}/local-region.yml`,
      `--storage.tsdb.path=${folder}/data`,
      `--web.listen-address=${new URL(origin).host}`,
    ],
    logPath: `${folder}/prometheus.log`,
  })
  await waitUntilHealthy(region)
})
afterAll(async () => {
  await prometheus?.stop()
  await region?.stop()
})

let rounds = 0
async function readEmptyPanels(): Promise<string[]> {
  await sendRounds(region, { http: 40, https: 4, dns: 10 }, `r${rounds++}`)
  const answers = await ask(...queries.map(({ expr }) => `query?query=${encodeURIComponent(filled(expr))}`))
  const failed = answers.flatMap(({ status, error }, index) =>
    status === 'success' ? [] : [`${queries[index]?.panel}: ${error}`],
  )
  expect(failed).toEqual([])
  return queries.filter((_, index) => answers[index]?.data?.result?.length === 0).map(toWords)
}

describe('a real Prometheus that scrapes a running region with the shipped rules', () => {
  it('has data for every query of every panel', async () => {
    const isKnown = (query: string) => mayBeEmpty.some(([part]) => query.includes(part))
    const empty = await waitUntil({
      what: 'data for every panel',
      deadlineSeconds: 90,
      read: readEmptyPanels,
      isDone: (found) => found.every(isKnown),
    })
    expect(queries.length).toBeGreaterThan(80)
    expect(empty.filter((query) => !isKnown(query))).toEqual([])
    const all = queries.map(toWords)
    expect(mayBeEmpty.filter(([part]) => !all.some((query) => query.includes(part)))).toEqual([])
  })

  it('evaluates every rule without error, and in a healthy region only the Watchdog fires', async () => {
    const [rules] = await ask('rules')
    const all = rules?.data?.groups?.flatMap((group) => group.rules) ?? []
    expect(all.length).toBeGreaterThan(40)
    expect(all.filter(({ health }) => health !== 'ok')).toEqual([])
    expect(all.filter(({ state }) => state === 'firing').map(({ name }) => name)).toEqual(['Watchdog'])
  })
})
