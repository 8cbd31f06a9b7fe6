import { describe, expect, it } from 'vitest'
import { parseRenderOptions } from '../../dashboards/render-options.ts'

describe('parseRenderOptions', () => {
  it('renders for the fleet that is described by default', () => {
    expect(parseRenderOptions([])).toEqual({
      ok: true,
      help: false,
      json: false,
      settings: { maximumCapacities: { 'mirror-fleet': 6 }, region: 'eu-central-1', runbookUrl: 'runbook.md' },
    })
  })

  it('takes several fleets, which replace that one', () => {
    expect(parseRenderOptions(['--fleet', 'edge=12', '--fleet=core=40', '--region', 'us-gov-west-1'])).toMatchObject({
      settings: { maximumCapacities: { edge: 12, core: 40 }, region: 'us-gov-west-1' },
    })
  })

  it('lists every complaint', () => {
    const parsed = parseRenderOptions([
      '--fleet',
      'edge',
      '--fleet',
      'core=0',
      '--region',
      'here',
      '--runbook-url',
      'a#b',
    ])
    expect(parsed).toEqual({
      ok: false,
      complaints: [
        expect.stringContaining('--fleet: got edge, allowed is'),
        expect.stringContaining('--fleet: got core=0, allowed is'),
        expect.stringContaining('--region: got here, allowed is'),
        expect.stringContaining('--runbook-url: got a#b'),
      ],
    })
  })

  it('refuses what it does not know', () => {
    expect(parseRenderOptions(['--nce'])).toMatchObject({ ok: false })
  })
})
