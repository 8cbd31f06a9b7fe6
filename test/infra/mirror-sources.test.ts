import { describe, expect, it } from 'vitest'
import { judgeAwsSources, judgeSourceNames } from '../../infra/mirror-sources.ts'

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

  it('refuses more than one stack can hold, rather than fail at the deployment', () => {
    const toSources = (count: number) =>
      Array.from({ length: count }, (_, index) => source(`eni-${String(index).padStart(8, '0')}`))
    expect(judgeAwsSources(toSources(480))).toEqual([])
    expect(judgeAwsSources(toSources(481)).map(({ path }) => path)).toEqual(['sources'])
  })
})
