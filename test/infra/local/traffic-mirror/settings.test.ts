import { describe, expect, it } from 'vitest'
import { decodeMirrorSettings } from '../../../../infra/local/traffic-mirror/settings.ts'
import { mirrorSession, mirrorSettings } from '../../../support/mirror-settings.ts'

const complaints = (settings: object | string) => {
  const decoded = decodeMirrorSettings(typeof settings === 'string' ? settings : JSON.stringify(settings))
  return decoded.ok ? [] : decoded.complaints
}

describe('the settings of a mirror', () => {
  it('takes what is whole', () => {
    expect(decodeMirrorSettings(JSON.stringify(mirrorSettings()))).toEqual({ ok: true, value: mirrorSettings() })
  })

  it('fills in the MTU of a VPC’s jumbo frames', () => {
    const { mtuBytes: _, ...settings } = mirrorSettings()
    expect(decodeMirrorSettings(JSON.stringify(settings))).toMatchObject({ ok: true, value: { mtuBytes: 9001 } })
  })

  it('lists every complaint at once', () => {
    const settings = { ...mirrorSettings(), interface: 'no such name', sourceAddress: '198.18.0', mirorInterface: 'x' }
    expect(complaints(settings).join('\n')).toMatch(/interface: .*\n.*sourceAddress: |mirorInterface: .*/s)
    expect(complaints(settings)).toHaveLength(3)
  })

  it.each([
    ['an interface that mirrors itself', mirrorSettings({ mirrorInterface: 'eth0' }), /mirrorInterface: got "eth0"/],
    ['a session number twice', mirrorSettings({ sessions: [mirrorSession(), mirrorSession()] }), /sessions\[1\]/],
    [
      'a rule number twice in one direction',
      mirrorSettings({
        sessions: [
          mirrorSession({
            filter: {
              networkServices: [],
              rules: [10, 10].map((number) => ({
                ...{ direction: 'egress', number, action: 'accept' },
                ...{ sourceCidr: '0.0.0.0/0', destinationCidr: '0.0.0.0/0' },
              })),
            },
          }),
        ],
      }),
      /sessions\[0\]\.filter\.rules\[1\]: got "egress 10"/,
    ],
    [
      'a fourth session',
      mirrorSettings({ sessions: [1, 2, 3, 4].map((n) => mirrorSession({ sessionNumber: n })) }),
      /1\.\.3/,
    ],
    ['no session', mirrorSettings({ sessions: [] }), /sessions/],
    [
      'a packet length AWS does not allow',
      mirrorSettings({ sessions: [mirrorSession({ packetLength: 8501 })] }),
      /8500/,
    ],
    ['text that is no JSON', '{', /no JSON/],
    ['nothing', '', /no JSON/],
    ['another kind of value', 'null', /./],
  ])('refuses %s', (_what, settings, complaint) => {
    expect(complaints(settings).join('\n')).toMatch(complaint)
  })
})
