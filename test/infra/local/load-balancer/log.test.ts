import { describe, expect, it } from 'vitest'
import { toLogLine } from '../../../../infra/local/load-balancer/log.ts'

describe('toLogLine', () => {
  const time = new Date('2026-11-24T06:25:00Z')

  it('is one line of JSON, whatever the fields contain', () => {
    const line = toLogLine(time, 'info', 'routing changed', { eligible: ['a\nb'] })
    expect(line.split('\n')).toHaveLength(2)
    expect(JSON.parse(line)).toEqual({
      time: '2026-11-24T06:25:00.000Z',
      level: 'info',
      message: 'routing changed',
      eligible: ['a\nb'],
    })
  })

  it('shows an error with its message, which plain JSON would leave out', () => {
    expect(JSON.parse(toLogLine(time, 'error', 'failed', { error: new Error('nft refused') })).error).toContain(
      'nft refused',
    )
  })
})
