import { describe, expect, it } from 'vitest'
import { createFreshSources } from './fresh-sources.ts'

describe('fresh sources', () => {
  it('are the same for everyone who begins at the same range, and another range each time', () => {
    const [one, other] = [createFreshSources(100), createFreshSources(100)]
    const addresses = [one(), one(), one()]
    expect([other(), other(), other()]).toEqual(addresses)
    expect(new Set(addresses.flat()).size).toBe(4)
    expect(createFreshSources()()).toEqual(['--source-address', '198.18.64.1'])
  })

  it('stay within the benchmark network for as many trials as one likes', () => {
    const next = createFreshSources(100)
    const octets = Array.from({ length: 300 }, () => Number(next()[1]?.split('.')[2]))
    expect([Math.min(...octets), Math.max(...octets)]).toEqual([64, 191])
  })
})
