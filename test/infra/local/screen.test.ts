import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toLiveText, toPrintable, toTable } from '../../../infra/local/screen.ts'

describe('toTable', () => {
  it('makes columns of equal width, numbers on the right', () => {
    expect(
      toTable(
        ['name', 'packets'],
        [
          ['a', 5],
          ['longer', 12345],
        ],
      ),
    ).toBe('name    packets\na             5\nlonger    12345')
  })

  it('is only its titles without rows', () => {
    expect(toTable(['a', 'b'], [])).toBe('a  b')
  })
})

describe('toLiveText', () => {
  const status = {
    id: 'sensor-1',
    verdict: {
      status: 'unhealthy' as const,
      ready: false,
      findings: [{ reason: 'suricata-silent', observed: 6, limit: 5 }],
    },
    engine: { phase: 'running', pid: 7, restarts: 0, adoptions: 0 },
    rules: { loaded: 3, rejected: [] },
    funnel: [{ place: 'af-packet', packets: null, drops: null }],
  }
  const view = { id: 'sensor-1', targetState: 'healthy', reasonCode: null, forwardedPackets: 9, status }

  it('shows a dash, not a zero, for figures that nobody can tell', () => {
    expect(toLiveText([view])).toMatch(/sensor-1 +unhealthy +healthy +- +- +running/)
    expect(toLiveText([{ ...view, status: null }])).toMatch(/sensor-1 +no answer +healthy +- +-/)
  })

  it('shows counts once they are known', () => {
    const known = { ...status, funnel: [{ place: 'af-packet', packets: 1701, drops: 2 }] }
    expect(toLiveText([{ ...view, status: known }])).toMatch(/1701 +2 +running +0 +suricata-silent/)
  })
})

describe('toPrintable', () => {
  it('leaves ordinary text as it is', () => {
    expect(toPrintable('GET /été 漢字 -> 198.19.0.80:80')).toBe('GET /été 漢字 -> 198.19.0.80:80')
  })

  it('lets no control character of mirrored traffic reach the terminal', () => {
    expect(toPrintable('\u001b[2J\u0007\u202e\n')).toBe('\\u001b[2J\\u0007\\u202e\\u000a')
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => !/[\p{Cc}\p{Cf}]/u.test(toPrintable(text))))
  })
})
