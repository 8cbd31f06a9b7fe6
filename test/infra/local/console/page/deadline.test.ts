import { describe, expect, it } from 'vitest'
import { isLate, toDeadline } from '../../../../../infra/local/console/page/deadline.ts'

describe('deadline of a request', () => {
  it('ends with the other signal, which is not late', () => {
    const other = new AbortController()
    const deadline = toDeadline(other.signal)
    expect(deadline.aborted).toBe(false)
    other.abort()
    expect([deadline.aborted, isLate(deadline.reason)]).toEqual([true, false])
  })

  it('is told from other failures', () => {
    const errors = [new DOMException('', 'TimeoutError'), new DOMException('', 'AbortError'), new TypeError('refused')]
    expect(errors.map(isLate)).toEqual([true, false, false])
  })
})
