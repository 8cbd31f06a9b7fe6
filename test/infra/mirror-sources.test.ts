import { describe, expect, it } from 'vitest'
import { judgeInterfaces } from '../../infra/mirror-sources.ts'

const source = (networkInterfaceId?: string) => ({
  name: 'web',
  zone: 'eu-central-1a',
  ...(networkInterfaceId === undefined ? {} : { networkInterfaceId }),
})

describe('judgeInterfaces', () => {
  it('accepts interfaces that are all there and all different', () => {
    expect(judgeInterfaces([source('eni-00000001'), source('eni-00000002')])).toEqual([])
  })

  it('names each source that AWS could not find, and each that would be mirrored twice', () => {
    const complaints = judgeInterfaces([source('eni-00000001'), source(), source('eni-00000001')])
    expect(complaints.map(({ path }) => path)).toEqual([
      'sources[1].networkInterfaceId',
      'sources[2].networkInterfaceId',
    ])
  })
})
