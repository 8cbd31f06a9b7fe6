import type { MirrorSettings } from '../../infra/local/traffic-mirror/settings.ts'
import { toInternetTraffic } from '../../infra/traffic-mirror-filter.ts'

export function mirrorSession(
  fields: Partial<MirrorSettings['sessions'][number]> = {},
): MirrorSettings['sessions'][number] {
  return {
    sessionNumber: 1,
    targetAddress: '198.18.1.10',
    virtualNetworkId: 77,
    filter: { rules: toInternetTraffic('198.18.0.0/16'), networkServices: ['amazon-dns'] },
    ...fields,
  }
}

/** One source, 198.18.0.11, that mirrors what crosses the border of the VPC 198.18.0.0/16. */
export function mirrorSettings(fields: Partial<MirrorSettings> = {}): MirrorSettings {
  return {
    interface: 'eth0',
    mirrorInterface: 'mirror0',
    sourceAddress: '198.18.0.11',
    outerSourceMac: '02:00:5e:00:01:01',
    outerDestinationMac: '02:00:5e:00:02:01',
    resolverAddress: '198.18.0.2',
    mtuBytes: 9001,
    sessions: [mirrorSession()],
    ...fields,
  }
}
