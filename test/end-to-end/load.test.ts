import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { defaultFleet } from '../../infra/fleet.ts'
import { playLoad } from '../../infra/local/load/load-run.ts'
import type { Reconciliation } from '../../infra/local/load/reconciliation.ts'
import { parseRegionLoadOptions } from '../../infra/local/load/region-load-options.ts'
import { withOptions } from '../../infra/local/local-fleet.ts'
import { type Region, readSensors, startRegion } from '../../infra/local/region.ts'
import { waitUntilHealthy } from '../../infra/local/round.ts'

/** One region for all of these: a scenario leaves it as healthy as it found it. */
let region: Region
const lost: string[] = []

beforeAll(async () => {
  const fleet = withOptions(defaultFleet, { sensors: 2, sources: 1 })
  region = await startRegion({ fleet, onProgress: () => undefined, onLost: (what) => lost.push(what) })
  await waitUntilHealthy(region)
})
afterAll(async () => await region?.stop())

async function play(...args: string[]): Promise<Reconciliation> {
  const parsed = parseRegionLoadOptions(['--region', ...args])
  if (!parsed.ok) throw new Error(parsed.complaints.join('; '))
  const { scenario, generatorArgs } = parsed.options
  const signal = new AbortController().signal
  return await playLoad(region, { scenario, generatorArgs, say: () => undefined, signal })
}

/** A place that turned down nothing passed on all that came, and all places saw the same. */
const placesOf = ({ stations }: Reconciliation) => new Set(stations.map(({ packets, drops }) => `${packets}, ${drops}`))

describe('a scenario below saturation', () => {
  it.each([
    ['http-audit', { packets: 4000, pps: 2000 }, 'http'],
    ['imix', { packets: 6000, pps: 3000 }, null],
    ['dns-resolver', { packets: 3000, pps: 2000 }, 'dns'],
    ['jumbo', { packets: 2000, pps: 1000 }, 'http'],
    ['canary', { packets: 300, pps: 300 }, 'alert'],
  ] as const)(
    '%s reconciles exactly: every packet at every place, every transaction once',
    async (name, size, kind) => {
      const reconciliation = await play('--scenario', name, '--packets', `${size.packets}`, '--pps', `${size.pps}`)
      const { scenario, unaccounted, ok, failures, transactions, stations } = reconciliation
      expect({ scenario, unaccounted, ok, failures }).toEqual({
        scenario: name,
        unaccounted: 0,
        ok: true,
        failures: [],
      })
      expect(placesOf(reconciliation).size, JSON.stringify(stations)).toBe(1)
      expect(stations[0]?.packets).toBeGreaterThan(size.packets * 0.9)
      for (const { sent, logged } of Object.values(transactions)) expect(logged).toBe(sent)
      if (kind !== null) expect(transactions[kind].sent).toBeGreaterThan(20)
    },
  )
})

describe('malformed packets', () => {
  it('harm no sensor, and the good traffic among them is all logged', async () => {
    const before = await readSensors(region)
    let unready: unknown[] = []
    let over = false
    const watch = async () => {
      while (!over) {
        const views = await readSensors(region)
        unready = [...unready, ...views.filter(({ status }) => status?.verdict.ready !== true)]
      }
    }
    const watching = watch()
    const reconciliation = await play('--scenario', 'malformed', '--packets', '40000', '--pps', '8000').finally(() => {
      over = true
    })
    await watching
    const { ok, failures, transactions, malformedPackets } = reconciliation
    expect({ ok, failures, unready }).toEqual({ ok: true, failures: [], unready: [] })
    expect(malformedPackets).toBeGreaterThan(20_000)
    expect(transactions.http.sent).toBeGreaterThan(100)
    for (const { sent, logged } of Object.values(transactions)) expect(logged).toBe(sent)
    const engines = (views: typeof before) => views.map(({ status }) => [status?.engine.pid, status?.engine.restarts])
    expect(engines(await readSensors(region))).toEqual(engines(before))
  })
})

describe('the region', () => {
  it('lost no process', () => {
    expect(lost).toEqual([])
  })
})
