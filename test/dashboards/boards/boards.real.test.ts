import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { defaultFleet } from '../../../infra/fleet.ts'
import { runIn } from '../../../infra/local/command.ts'
import { waitUntil } from '../../../infra/local/condition.ts'
import { withOptions } from '../../../infra/local/local-fleet.ts'
import { prometheusOrigin, type RegionPrometheus, startPrometheus } from '../../../infra/local/prometheus.ts'
import { type Region, startRegion } from '../../../infra/local/region.ts'
import { sendRounds, waitUntilHealthy } from '../../../infra/local/round.ts'
import { panelQueries as queries, toFilled } from '../../support/panel-queries.ts'

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
]

const toWords = ({ panel, expr }: { panel: string; expr: string }): string => `${panel}: ${expr}`

let region: Region
let prometheus: RegionPrometheus

const ask = async (...paths: string[]): Promise<readonly Answer[]> => {
  const options = ['--disable', '--silent', '--noproxy', '*', '--max-time', '20', '--write-out', '\n']
  const urls = paths.map((path) => `${prometheusOrigin}/api/v1/${path}`)
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
  prometheus = await startPrometheus(region)
  await waitUntilHealthy(region)
})
afterAll(async () => {
  await prometheus?.stop()
  await region?.stop()
})

let rounds = 0
async function readEmptyPanels(): Promise<string[]> {
  await sendRounds(region, { http: 40, https: 4, dns: 10 }, `r${rounds++}`)
  const answers = await ask(...queries.map(({ expr }) => `query?query=${encodeURIComponent(toFilled(expr))}`))
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
