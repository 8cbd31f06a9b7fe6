import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeSensorStatus, toReasons } from '../../../healthcheck/fleet/sensor-status.ts'
import { funnelPlaces, toFunnel } from '../../../sensor-agent/sample/funnel.ts'
import { toStatusBody } from '../../support/aws/aws-fleet.ts'
import { fullReading } from '../../support/publication.ts'

const place = { place: 'af-packet', packets: 5, drops: 1 }
const withFunnel = (funnel: unknown): string => JSON.stringify({ ...JSON.parse(toStatusBody('i-1')), funnel })
const finding = (reason: string) => ({ findings: [{ reason }] })

describe('a sensor’s /status', () => {
  it('is read as far as the fleet needs it, and unknown figures stay unknown', () => {
    const verdict = { status: 'degraded', ready: true, ...finding('drops-elevated') }
    const status = { id: 'i-1', status: 'degraded', ready: true, findings: ['drops-elevated'], funnel: [] }
    expect(decodeSensorStatus(toStatusBody('i-1', verdict, { captureDrops: 7 }))).toEqual({
      ...status,
      packets: 50_000,
      drops: 7,
    })
    const unknown = { packets: null, drops: null }
    expect(decodeSensorStatus(toStatusBody('i-1', verdict, null))).toEqual({ ...status, ...unknown })
    expect(decodeSensorStatus(toStatusBody('i-1', verdict, { capturePackets: null, captureDrops: null }))).toEqual({
      ...status,
      ...unknown,
    })
  })

  it('has the funnel that an agent writes, place by place, and none of one that has no funnel', () => {
    const devices = { devices: 1, receivedPackets: 0, drops: 0, errors: 0 }
    const funnel = toFunnel({ ...fullReading, 'vxlan-device': { ok: true, value: devices } })
    expect(funnel.map(({ place }) => place)).toEqual(funnelPlaces)
    expect(decodeSensorStatus(withFunnel(funnel))?.funnel).toEqual(funnel)
    expect(decodeSensorStatus(toStatusBody('i-1'))?.funnel).toEqual([])
  })

  it.each([
    ['no JSON', 'healthy'],
    ['another JSON', '{"status":"healthy"}'],
    ['an unknown status', toStatusBody('i-1', { status: 'excellent' })],
    ['a terminal’s control sequence for an id', toStatusBody('\u001b[2J')],
    ['a terminal’s control sequence for a reason', toStatusBody('i-1', finding('\u001b]0;owned'))],
    ['a right-to-left override for a reason', toStatusBody('i-1', finding('\u202edrops'))],
    ['an endless reason', toStatusBody('i-1', finding('a'.repeat(65)))],
    ['endless reasons', toStatusBody('i-1', { findings: Array.from({ length: 65 }, () => ({ reason: 'a' })) })],
    ['a terminal’s control sequence for a place', withFunnel([{ ...place, place: '\u001b[2J' }])],
    ['endless places', withFunnel(Array.from({ length: 65 }, () => place))],
    ['a place’s figures in words', withFunnel([{ ...place, drops: '7' }])],
    ['figures in words', toStatusBody('i-1', {}, { capturePackets: '50000' })],
  ])('is refused when it is %s', (_what, body) => {
    expect(decodeSensorStatus(body)).toBeNull()
  })

  it('keeps the word of a reason that a newer agent has, and judges by those that are known', () => {
    const status = decodeSensorStatus(
      toStatusBody('i-1', { findings: [{ reason: 'too-new' }, { reason: 'draining' }] }),
    )
    expect(status?.findings).toEqual(['too-new', 'draining'])
    expect(status && toReasons(status)).toEqual(['draining'])
  })

  it('never throws, whatever came', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(decodeSensorStatus(text)).toBeNull()
      }),
    )
  })
})
