import { describe, expect, it } from 'vitest'
import { judgeAwsSources, judgeSourceNames, toVirtualNetworkIds } from '../../infra/mirror-sources.ts'

const source = (networkInterfaceId?: string, name = `web-${networkInterfaceId}`) => ({
  name,
  zone: 'eu-central-1a',
  ...(networkInterfaceId === undefined ? {} : { networkInterfaceId }),
})

describe('judgeAwsSources', () => {
  it('accepts interfaces that are all there and all different', () => {
    expect(judgeAwsSources([source('eni-00000001'), source('eni-00000002')])).toEqual([])
  })

  it('names each source that AWS could not find, and each that would be mirrored twice', () => {
    const complaints = judgeAwsSources([source('eni-00000001'), source(), source('eni-00000001', 'web')])
    expect(complaints.map(({ path }) => path)).toEqual([
      'sources[1].networkInterfaceId',
      'sources[2].networkInterfaceId',
    ])
  })

  it('names a source by a name of its own', () => {
    const twice = [source('eni-00000001', 'web'), source('eni-00000002', 'web')]
    expect(judgeSourceNames(twice).map(({ path }) => path)).toEqual(['sources[1].name'])
  })
})

describe('toVirtualNetworkIds', () => {
  it('names each once: the session’s, and those of sources that have their own', () => {
    const session = { sessionNumber: 1, virtualNetworkId: 5, packetLength: 8500 }
    const own = (virtualNetworkId: number) => ({ ...source('eni-00000001'), virtualNetworkId })
    expect(toVirtualNetworkIds(session, [own(7), source('eni-00000002'), own(3), own(7)])).toEqual([3, 5, 7])
  })
})
