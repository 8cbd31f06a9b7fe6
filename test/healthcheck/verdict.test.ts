import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CaptureWindow, Limits } from '../../healthcheck/capture.ts'
import { defaultLimits } from '../../healthcheck/limits.ts'
import { rules } from '../../healthcheck/rules.ts'
import { judge, type Reason, reasons, type Verdict } from '../../healthcheck/verdict.ts'
import { busyWindows, healthyWindow, impossibleNumbers, limits, windows } from '../support/capture-window.ts'

interface Row {
  /** Just beyond the limit, and the finding's two numbers. */
  readonly beyond: Partial<CaptureWindow>
  readonly observed: number
  readonly limit: number
  /** The nearest window that must not show the reason. */
  readonly inside: Partial<CaptureWindow>
  /** A reason that cannot come without others: those others. */
  readonly along?: readonly Reason[]
}

const rows: Record<Reason, Row> = {
  'suricata-down': { beyond: { suricataUp: false }, observed: 1, limit: 0, inside: { suricataUp: true } },
  'suricata-silent': {
    beyond: { socketSilentSeconds: 5.1 },
    observed: 5.1,
    limit: 5,
    inside: { socketSilentSeconds: 5 },
  },
  'suricata-wedged': {
    beyond: { engineStandstillSeconds: 5.1 },
    observed: 5.1,
    limit: 5,
    inside: { engineStandstillSeconds: 5 },
  },
  'capture-blind': {
    beyond: { captureStandstillSeconds: 8.1, receivedPackets: 10 },
    observed: 8.1,
    limit: 8,
    inside: { captureStandstillSeconds: 8, receivedPackets: 10 },
  },
  draining: { beyond: { draining: true }, observed: 1, limit: 0, inside: { draining: false } },
  'no-traffic': {
    beyond: { receiveSilenceSeconds: 301, receivedPackets: 0 },
    observed: 301,
    limit: 300,
    inside: { receiveSilenceSeconds: 300, receivedPackets: 0 },
  },
  'drops-elevated': {
    beyond: { capturePackets: 50_000, captureDrops: 51 },
    observed: 0.00102,
    limit: 0.001,
    inside: { capturePackets: 50_000, captureDrops: 50 },
  },
  'drops-critical': {
    beyond: { capturePackets: 50_000, captureDrops: 501 },
    observed: 0.01002,
    limit: 0.01,
    inside: { capturePackets: 50_000, captureDrops: 500 },
    along: ['drops-elevated'],
  },
  'worker-saturated': {
    beyond: { workerBusyRatioMax: 0.91 },
    observed: 0.91,
    limit: 0.9,
    inside: { workerBusyRatioMax: 0.9 },
  },
  'memcap-pressure': {
    beyond: { memcapPressureRatio: 0.91 },
    observed: 0.91,
    limit: 0.9,
    inside: { memcapPressureRatio: 0.9 },
  },
  'counters-stale': {
    beyond: { countersAgeSeconds: 10.1 },
    observed: 10.1,
    limit: 10,
    inside: { countersAgeSeconds: 10 },
  },
  'rules-missing': { beyond: { rulesLoaded: 0 }, observed: 0, limit: 1, inside: { rulesLoaded: 1 } },
  'rules-rejected': { beyond: { rulesRejected: 1 }, observed: 1, limit: 0, inside: { rulesRejected: 0 } },
  'disk-low': { beyond: { diskFreeRatio: 0.09 }, observed: 0.09, limit: 0.1, inside: { diskFreeRatio: 0.1 } },
  'source-failed': { beyond: { failedSources: ['softnet'] }, observed: 1, limit: 0, inside: { failedSources: [] } },
}
const cases = reasons.map(({ reason, status }) => ({ reason, status, ...rows[reason] }))

function judgeWith(change: Partial<CaptureWindow>): Verdict {
  return judge({ ...healthyWindow, ...change }, defaultLimits)
}

function reasonsOf(verdict: Verdict): readonly Reason[] {
  return verdict.findings.map(({ reason }) => reason)
}

describe('each reason', () => {
  it.each(cases)('$reason appears beyond its limit, alone, with both numbers', (row) => {
    const verdict = judgeWith(row.beyond)
    expect(reasonsOf(verdict)).toEqual([...(row.along ?? []), row.reason])
    expect(verdict.findings.at(-1)).toEqual({
      reason: row.reason,
      status: row.status,
      observed: row.observed,
      limit: row.limit,
    })
    expect(verdict.status).toBe(row.status)
  })

  it.each(cases)('$reason stays away at its limit', ({ inside, along = [] }) => {
    expect(reasonsOf(judgeWith(inside))).toEqual(along)
  })

  it('has a sentence, and is named once', () => {
    expect(new Set(reasons.map(({ reason }) => reason)).size).toBe(reasons.length)
    for (const { meaning } of reasons) expect(meaning).toMatch(/^[A-Z].{20,}\.$/)
  })

  it('is explained only by reasons that exist and are not explained themselves', () => {
    const explained = rules.flatMap((rule) => ('explainedBy' in rule ? [rule] : []))
    const plain = new Set<string>(rules.flatMap((rule) => ('explainedBy' in rule ? [] : [rule.reason])))
    for (const { explainedBy } of explained) expect(plain).toContain(explainedBy)
  })
})

describe('only what is broken is unhealthy', () => {
  it('the list of unhealthy reasons is this one', () => {
    const unhealthy = reasons.filter(({ status }) => status === 'unhealthy').map(({ reason }) => reason)
    expect(unhealthy).toEqual(['suricata-down', 'suricata-silent', 'suricata-wedged', 'capture-blind', 'draining'])
  })

  it('a busy sensor is never unhealthy, whatever the limits', () => {
    fc.assert(
      fc.property(busyWindows, limits, (window, given) => {
        const standstill = { engineStandstillSeconds: 0, captureStandstillSeconds: 0 }
        expect(judge({ ...window, ...standstill }, given).status).not.toBe('unhealthy')
      }),
    )
  })

  it('silence alone is never unhealthy, however long', () => {
    const silence = { receivedPackets: 0, capturePackets: 0, receiveSilenceSeconds: 1e6 }
    expect(judgeWith(silence)).toMatchObject({ status: 'degraded', findings: [{ reason: 'no-traffic' }] })
  })

  it.each([0, 9, null])('a standstill holds when the traffic has left: %s packets received', (receivedPackets) => {
    const still = { engineStandstillSeconds: 60, captureStandstillSeconds: 60 }
    expect(reasonsOf(judgeWith({ ...still, receivedPackets }))).toEqual(['suricata-wedged', 'capture-blind'])
  })
})

describe('all findings are reported', () => {
  it('in the order of the rules, each at most once', () => {
    const order = reasons.map(({ reason }) => reason)
    fc.assert(
      fc.property(windows, limits, (window, given) => {
        const found = reasonsOf(judge(window, given))
        expect(found).toEqual(order.filter((reason) => found.includes(reason)))
      }),
    )
  })

  it('any set of reasons that do not explain each other comes out whole', () => {
    const independent = cases.filter(({ reason }) => !['suricata-down', 'draining'].includes(reason))
    fc.assert(
      fc.property(fc.subarray(independent), (chosen) => {
        const change = Object.assign({}, ...chosen.map(({ beyond }) => beyond), {
          // Receiving and silent at once is possible in one window only for this test.
          receivedPackets: healthyWindow.receivedPackets,
        })
        const expected = new Set(chosen.flatMap(({ reason, along = [] }) => [...along, reason]))
        expect(new Set(reasonsOf(judgeWith(change)))).toEqual(expected)
      }),
    )
  })

  it('every finding lies beyond its limit, and the status is the worst of them', () => {
    fc.assert(
      fc.property(windows, limits, (window, given) => {
        const { status, findings } = judge(window, given)
        for (const { observed, limit } of findings) expect(observed).not.toBe(limit)
        const statuses = new Set<string>(findings.map((finding) => finding.status))
        expect(status).toBe(statuses.has('unhealthy') ? 'unhealthy' : statuses.has('degraded') ? 'degraded' : 'healthy')
      }),
    )
  })

  it('an engine that is down explains its own silence, but not the loss before it fell', () => {
    const consequences = {
      socketSilentSeconds: 60,
      engineStandstillSeconds: 60,
      captureStandstillSeconds: 60,
      countersAgeSeconds: 60,
      rulesLoaded: 0,
    }
    const facts = { captureDrops: 25_000, workerBusyRatioMax: 1 }
    expect(reasonsOf(judgeWith({ suricataUp: false, ...consequences, ...facts }))).toEqual([
      'suricata-down',
      'drops-elevated',
      'drops-critical',
      'worker-saturated',
    ])
  })

  it('a drain explains the silence that it waits for', () => {
    expect(reasonsOf(judgeWith({ draining: true, receiveSilenceSeconds: 1000 }))).toEqual(['draining'])
  })
})

describe('drops', () => {
  const badness = { healthy: 0, degraded: 1, unhealthy: 2 }

  it('more of them never improve the verdict', () => {
    fc.assert(
      fc.property(windows, limits, fc.nat(), fc.nat(), (window, given, some, more) => {
        const few = judge({ ...window, captureDrops: some }, given)
        const many = judge({ ...window, captureDrops: some + more }, given)
        expect(badness[many.status]).toBeGreaterThanOrEqual(badness[few.status])
        expect(reasonsOf(many)).toEqual(expect.arrayContaining([...reasonsOf(few)]))
      }),
    )
  })
})

describe('figures that are unknown or impossible', () => {
  const nullable = [
    'receivedPackets',
    'receiveSilenceSeconds',
    'capturePackets',
    'captureDrops',
    'workerBusyRatioMax',
    'memcapPressureRatio',
    'rulesLoaded',
    'diskFreeRatio',
  ] as const satisfies readonly (keyof CaptureWindow)[]
  const numbers = Object.entries(healthyWindow).flatMap(([key, value]) => (typeof value === 'number' ? [key] : []))

  it('an unknown figure adds no finding', () => {
    fc.assert(
      fc.property(windows, limits, fc.constantFrom(...nullable), (window, given, key) => {
        const known = reasonsOf(judge(window, given))
        const unknown = reasonsOf(judge({ ...window, [key]: null }, given))
        expect(known).toEqual(expect.arrayContaining([...unknown]))
      }),
    )
  })

  it.each(numbers)('an impossible %s never passes for healthy, and never takes a sensor out of service', (key) => {
    fc.assert(
      fc.property(impossibleNumbers, (value) => {
        const verdict = judge({ ...healthyWindow, [key]: value }, defaultLimits)
        expect(verdict).toEqual({
          status: 'degraded',
          findings: [{ reason: 'source-failed', status: 'degraded', observed: 1, limit: 0 }],
        })
      }),
    )
  })

  it.each(Object.keys(defaultLimits))('a limit %s that is no number never passes for kept', (key) => {
    const verdict = judge(healthyWindow, { ...defaultLimits, [key]: Number.NaN })
    expect(reasonsOf(verdict)).toEqual(['source-failed'])
  })

  it('a window of no length never passes for healthy', () => {
    const empty = { windowSeconds: 0, receivedPackets: 0, capturePackets: 0 }
    expect(reasonsOf(judgeWith(empty))).toEqual(['source-failed'])
  })

  it('the answer is always a verdict that JSON can carry, even over nonsense', () => {
    const nonsense = fc.oneof(fc.double(), impossibleNumbers)
    fc.assert(
      fc.property(
        windows,
        limits,
        fc.dictionary(fc.constantFrom(...numbers), nonsense),
        fc.dictionary(fc.constantFrom(...Object.keys(defaultLimits)), nonsense),
        (window, given, wrong, wrongLimits) => {
          const badLimits: Limits = { ...given, ...wrongLimits }
          const { findings } = judge({ ...window, ...wrong }, badLimits)
          for (const { observed } of findings) expect(Number.isFinite(observed)).toBe(true)
        },
      ),
    )
  })
})
