import { describe, expect, it } from 'vitest'
import { defaultLimits } from '../../healthcheck/limits.ts'
import { type AgentParts, createAgent, type Engine } from '../../sensor-agent/agent.ts'
import type { Reading } from '../../sensor-agent/sample/reading.ts'
import type { Publication } from '../../sensor-agent/serve/publication.ts'
import { toRejection } from '../../sensor-agent/suricata/rules-rejection.ts'
import { manualClock } from '../support/manual-clock.ts'
import { fullReading } from '../support/publication.ts'

/** A reading in which the engine and the interface have moved on with the time, unless some of it is changed. */
function movingReading(atSeconds: number, changed: Partial<Reading> = {}): Reading {
  const { 'dump-counters': dump, interface: line } = fullReading
  if (!dump.ok || !line.ok) throw new Error('the fixture has no counters')
  const packets = Math.round(atSeconds * 100)
  const workers = dump.value.workers.map((worker) => ({ ...worker, capturePackets: packets, polls: packets }))
  return {
    ...fullReading,
    atSeconds,
    'dump-counters': { ok: true, value: { ...dump.value, uptimeSeconds: atSeconds, capturePackets: packets, workers } },
    'iface-stat': { ok: true, value: { packets, drops: 0, invalidChecksums: 0 } },
    interface: { ok: true, value: { ...line.value, receivedPackets: packets } },
    ...changed,
  }
}

interface Given {
  readonly read?: (atSeconds: number, sample: number) => Promise<Reading>
  readonly engine?: Partial<Engine>
  readonly samples?: number
  readonly parts?: Partial<AgentParts>
}

/** Runs an agent on a clock of our own until it has tried so many samples. */
async function run({ read = async (at) => movingReading(at), engine = {}, samples = 20, parts = {} }: Given) {
  const clock = manualClock(100)
  const stop = new AbortController()
  const published: Publication[] = []
  const errors: string[] = []
  const called: string[] = []
  let tried = 0
  const agent = createAgent({
    clock,
    read: async () => {
      tried += 1
      if (tried === samples) stop.abort()
      return read(clock.nowSeconds(), tried)
    },
    engine: {
      status: () => ({ phase: 'running', pid: 1, version: '7.0.10', restarts: 0, adoptions: 0, landlocked: true }),
      isUp: () => true,
      rejection: () => null,
      wedged: () => void called.push(`wedged ${clock.nowSeconds()}`),
      checkRules: async () => void called.push('rules'),
      ...engine,
    },
    publish: (publication) => void published.push(publication),
    use: () => ({ cpuSeconds: 1, residentBytes: 2 }),
    group: () => null,
    onError: (error, doing) => void errors.push(`${doing}: ${error instanceof Error ? error.message : error}`),
    limits: defaultLimits,
    patience: { fallSeconds: 2, riseSeconds: 4 },
    sampleSeconds: 1,
    windowSeconds: 10,
    // Out of the way of the samples.
    rulesCheckSeconds: 1e9,
    stuckPatience: { brokenSeconds: 30, silentSeconds: 300 },
    ...parts,
  })
  const running = agent.run(stop.signal)
  return { agent, clock, stop, published, errors, called, running }
}

async function outcome(given: Given) {
  const started = await run(given)
  await started.running
  return started
}
const reasonsOf = (publication: Publication | undefined) => publication?.verdict.findings.map(({ reason }) => reason)

describe('createAgent', () => {
  it('publishes one verdict per sample, each at its own instant', async () => {
    const { published } = await outcome({ samples: 5 })
    expect(published.map(({ atSeconds }) => atSeconds)).toEqual([100, 101, 102, 103, 104])
    expect(published.map(({ work }) => work.samples)).toEqual([1, 2, 3, 4, 5])
    expect(published[0]?.work).toMatchObject({ cpuSeconds: 1, residentBytes: 2 })
  })

  it('is ready only after the sensor has proved itself', async () => {
    const { published } = await outcome({ samples: 8 })
    expect(published.map(({ verdict }) => verdict.ready)).toEqual([false, false, false, false, true, true, true, true])
    expect(published.at(-1)?.verdict.status).toBe('healthy')
  })

  it('never takes two samples at once, and skips what a slow one has missed', async () => {
    let under = 0
    const { published } = await (async () => {
      const started = await run({
        samples: 6,
        read: async (at, sample) => {
          under += 1
          expect(under).toBe(1)
          await new Promise(setImmediate)
          if (sample === 2) started.clock.advance(3.5)
          under -= 1
          return movingReading(at)
        },
      })
      await started.running
      return started
    })()
    expect(published.map(({ atSeconds }) => atSeconds)).toEqual([100, 104.5, 105, 106, 107, 108])
    expect(published.map(({ work }) => work.samplesSkipped)).toEqual([0, 0, 3, 3, 3, 3])
    expect(published[1]?.work.sampleDurationSeconds).toBe(3.5)
  })

  it('goes on after a reader or the engine threw', async () => {
    let asked = 0
    const { published, errors } = await outcome({
      samples: 6,
      read: async (at, sample) => {
        if (sample === 2) throw new Error('reader')
        return movingReading(at)
      },
      engine: {
        rejection: () => {
          asked += 1
          if (asked === 3) throw new Error('engine')
          return null
        },
      },
    })
    expect(errors).toEqual(['sampling: reader', 'sampling: engine'])
    expect(published).toHaveLength(4)
  })

  it('counts the failures of a source and shows them as a finding', async () => {
    const disk = { ok: false, code: 'SENSOR_DISK_UNREADABLE', fault: 'gone' } as const
    const { published } = await outcome({ samples: 3, read: async (at) => movingReading(at, { disk }) })
    expect(published.at(-1)?.work.sourceFailures.disk).toBe(3)
    expect(reasonsOf(published.at(-1))).toEqual(['source-failed'])
    expect(published.at(-1)?.verdict.status).toBe('degraded')
  })

  it('falls at once when the engine is down', async () => {
    let up = true
    const { published } = await outcome({
      samples: 8,
      engine: { isUp: () => up },
      read: async (at, sample) => {
        up = sample < 7
        return movingReading(at)
      },
    })
    expect(published.map(({ verdict }) => verdict.ready).slice(-3)).toEqual([true, false, false])
    expect(reasonsOf(published.at(-1))).toEqual(['suricata-down'])
  })

  it('has an engine replaced that stands still while packets arrive, and only after the patience for it', async () => {
    const frozen = movingReading(105)
    const { called, published } = await outcome({
      samples: 60,
      read: async (at) =>
        at < 105 ? movingReading(at) : { ...frozen, atSeconds: at, interface: movingReading(at).interface },
    })
    const [first] = called.filter((call) => call.startsWith('wedged'))
    const stuck = published.find((one) => reasonsOf(one)?.some((reason) => /wedged|blind/.test(reason)))
    expect(first).toBe(`wedged ${(stuck?.atSeconds ?? 0) + 30}`)
  })

  it('does not replace an engine that merely has nothing to do', async () => {
    const quiet = movingReading(105)
    const { called } = await outcome({
      samples: 100,
      read: async (at) => ({
        ...movingReading(at),
        'iface-stat': quiet['iface-stat'],
        interface: quiet.interface,
      }),
    })
    expect(called.filter((call) => call.startsWith('wedged'))).toEqual([])
  })

  it('leaves service at once when it drains, and does not replace the engine it is about to stop', async () => {
    const started = await run({
      samples: 60,
      read: async (at) => ({ ...movingReading(100), atSeconds: at, interface: movingReading(at).interface }),
    })
    while (started.published.length < 10) await new Promise(setImmediate)
    const before = started.published.length
    started.agent.drain('group')
    expect(started.published).toHaveLength(before + 1)
    expect(started.published.at(-1)?.verdict.ready).toBe(false)
    expect(reasonsOf(started.published.at(-1))).toContain('draining')
    await started.running
    expect(started.called.filter((call) => call.startsWith('wedged'))).toEqual([])
  })

  it('that drains for a signal is not brought back by its group', async () => {
    const started = await run({ samples: 20 })
    started.agent.drain('group')
    started.agent.drain('signal')
    started.agent.resume('group')
    await started.running
    expect(reasonsOf(started.published.at(-1))).toContain('draining')
    started.agent.resume('signal')
    expect(reasonsOf(started.published.at(-1))).not.toContain('draining')
  })

  it('proves itself anew when it comes back from a drain', async () => {
    const started = await run({ samples: 40 })
    while (started.published.length < 10) await new Promise(setImmediate)
    started.agent.drain('group')
    const drained = started.published.length
    started.agent.resume('group')
    expect(started.published[drained]?.verdict).toMatchObject({ ready: false, status: 'healthy' })
    await started.running
    const ready = started.published.slice(drained).findIndex(({ verdict }) => verdict.ready)
    expect(ready).toBeGreaterThanOrEqual(4)
  })

  it('looks at the rules at the start, one look at a time, and survives a look that fails', async () => {
    const looks: string[] = []
    const { agent, errors, running } = await run({
      samples: 2,
      engine: {
        checkRules: async () => {
          looks.push('begin')
          await new Promise(setImmediate)
          looks.push('end')
          throw new Error('unreadable')
        },
      },
    })
    await Promise.all([agent.checkRules(), agent.checkRules(), running])
    expect(looks).toEqual(['begin', 'end', 'begin', 'end', 'begin', 'end'])
    expect(errors).toEqual(Array(3).fill('looking at the rules: unreadable'))
  })

  it('makes refused rules a finding and hands on what was refused', async () => {
    const rejection = toRejection([{ file: 'a.rules', line: 1, message: 'no' }], 'lastGood')
    const { published } = await outcome({ samples: 1, engine: { rejection: () => rejection } })
    expect(published[0]?.window.rulesRejected).toBe(1)
    expect(reasonsOf(published[0])).toEqual(['rules-rejected'])
    expect(published[0]?.rejection).toBe(rejection)
  })
})
