import { describe, expect, it } from 'vitest'
import { decodeDetectEngines } from '../../../sensor-agent/read/detect-engines.ts'
import { suricataMessage } from '../../support/suricata-fixture.ts'

const engineOf = (engine: Readonly<Record<string, unknown>>) => ({ detect: { engines: [engine] } })

describe('decodeDetectEngines', () => {
  it('reads the recorded reply', () => {
    expect(decodeDetectEngines(suricataMessage('dump-counters-7.0.10'))).toEqual({
      engines: [
        { id: 0, rulesLoaded: 1, rulesFailed: 1, loadedTimestamp: Date.UTC(2026, 10, 24, 6, 43, 37, 262) / 1000 },
      ],
      missing: [],
    })
  })

  it.each([
    ['2026-11-24T06:43:37.262237+0000', Date.UTC(2026, 10, 24, 6, 43, 37, 262) / 1000],
    ['2026-11-24T08:43:37+0200', Date.UTC(2026, 10, 24, 6, 43, 37) / 1000],
    ['2026-99-24T06:43:37+0000', null],
    ['yesterday', null],
    [17, null],
    [undefined, null],
  ])('takes %s for the time of %s', (last_reload, loadedTimestamp) => {
    const { engines } = decodeDetectEngines(engineOf({ rules_loaded: 1, rules_failed: 0, last_reload }))
    expect(engines[0]?.loadedTimestamp).toBe(loadedTimestamp)
  })

  it('names what is missing', () => {
    expect(decodeDetectEngines(engineOf({ rules_failed: 0 })).missing).toEqual(['detect.engines.rules_loaded'])
    for (const message of [null, {}, { detect: { engines: [] } }, { detect: { engines: 'none' } }])
      expect(decodeDetectEngines(message).missing).toEqual(['detect.engines'])
  })
})
