import { spawnSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { defaultFleet } from '../../infra/fleet.ts'
import { runIn } from '../../infra/local/command.ts'
import { playLoad } from '../../infra/local/load/load-run.ts'
import type { Reconciliation } from '../../infra/local/load/reconciliation.ts'
import { parseRegionLoadOptions } from '../../infra/local/load/region-load-options.ts'
import { withOptions } from '../../infra/local/local-fleet.ts'
import { type Region, readSensors, startRegion } from '../../infra/local/region.ts'
import { waitUntilHealthy } from '../../infra/local/round.ts'
import { sensorHttpPort } from '../../infra/local/sensor.ts'
import { projectRoot } from '../support/source-files.ts'

/** One region for all of these: a scenario leaves it as healthy as it found it. */
let region: Region
const lost: string[] = []

beforeAll(async () => {
  const fleet = withOptions(defaultFleet, { sensors: 2, sources: 1 })
  region = await startRegion({ fleet, onProgress: () => undefined, onLost: (what) => lost.push(what) })
  await waitUntilHealthy(region)
})
afterAll(async () => await region?.stop())

const silently = () => undefined

async function play(say: (step: string) => void, ...args: string[]): Promise<Reconciliation> {
  const parsed = parseRegionLoadOptions(['--region', ...args])
  if (!parsed.ok) throw new Error(parsed.complaints.join('; '))
  const { scenario, generatorArgs } = parsed.options
  const signal = new AbortController().signal
  return await playLoad(region, { scenario, generatorArgs, say, signal })
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
      const reconciliation = await play(
        silently,
        '--scenario',
        name,
        '--packets',
        `${size.packets}`,
        '--pps',
        `${size.pps}`,
      )
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

/** Asks every sensor in turn, as its load balancer does. */
async function watchReadyz(codes: string[], isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    for (const { namespace, address } of region.plan.sensors) {
      const url = `http://${address}:${sensorHttpPort}/readyz`
      const options = [
        '--disable',
        '--silent',
        '--max-time',
        '5',
        '--output',
        '/dev/null',
        '--write-out',
        '%{http_code}',
      ]
      codes.push(await runIn(namespace, 'curl', [...options, url]).catch(() => 'no answer'))
    }
  }
}

describe('malformed packets', () => {
  it('harm no sensor, and the good traffic among them is all logged', async () => {
    const before = await readSensors(region)
    const codes: string[] = []
    let over = false
    const watching = watchReadyz(codes, () => over)
    const reconciliation = await play(
      silently,
      '--scenario',
      'malformed',
      '--packets',
      '40000',
      '--pps',
      '8000',
    ).finally(() => {
      over = true
    })
    await watching
    expect(codes.length).toBeGreaterThan(10)
    expect(codes.filter((code) => code !== '200')).toEqual([])
    const { ok, failures, transactions, malformedPackets } = reconciliation
    expect({ ok, failures }).toEqual({ ok: true, failures: [] })
    expect(malformedPackets).toBeGreaterThan(20_000)
    expect(transactions.http.sent).toBeGreaterThan(100)
    for (const { sent, logged } of Object.values(transactions)) expect(logged).toBe(sent)
    const engines = (views: typeof before) => views.map(({ status }) => [status?.engine.pid, status?.engine.restarts])
    expect(engines(await readSensors(region))).toEqual(engines(before))
  })
})

describe('sensors that cannot keep up', () => {
  it('lose packets at one named place, and no packet is unaccounted for', async () => {
    const pids = (await readSensors(region)).map(({ status }) => status?.engine.pid ?? 0)
    expect(pids.every((pid) => pid > 1)).toBe(true)
    const signal = (name: 'SIGSTOP' | 'SIGCONT') => pids.map((pid) => process.kill(pid, name))
    // An engine that stands still for the moment of the run reads nothing, so its ring overflows.
    const say = (step: string) => {
      if (step.startsWith('playing')) signal('SIGSTOP')
      if (step.startsWith('sent')) signal('SIGCONT')
    }
    const size = ['--top-speed', '--packets', '50000', '--seconds', '3']
    const reconciliation = await play(say, '--scenario', 'jumbo', ...size).finally(() => signal('SIGCONT'))
    const { stations, unaccounted, ok, failures, transactions } = reconciliation
    expect({ unaccounted, ok, failures }).toEqual({ unaccounted: 0, ok: true, failures: [] })
    expect(stations.filter(({ drops }) => drops > 0).map(({ place }) => place)).toEqual(['af-packet'])
    expect(transactions.http.logged).toBeLessThanOrEqual(transactions.http.sent)
  })
})

describe('the command line', () => {
  const load = (...args: string[]) =>
    spawnSync(process.execPath, ['infra/local/region-load.ts', ...args], { cwd: projectRoot, encoding: 'utf8' })

  it('lists every complaint and ends with 2 before it touches anything', () => {
    const { status, stdout, stderr } = load('--region', '--sensors', 'many', '--scenario', 'none', '--nce')
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toMatch(/--nce: not an option[\s\S]*--sensors: got "many"[\s\S]*--scenario: got "none"/)
  })

  it('without --region is the generator, with all its arguments', () => {
    expect(load('--list').stdout).toMatch(/^http-audit /m)
    const { status, stderr } = load('--nce')
    expect(status).toBe(2)
    expect(stderr).toMatch(/--nce: unknown option/)
  })
})

describe('the region', () => {
  it('lost no process', () => {
    expect(lost).toEqual([])
  })
})
