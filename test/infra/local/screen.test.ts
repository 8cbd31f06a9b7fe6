import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toPrintable, toTable } from '../../../infra/local/screen.ts'

describe('toTable', () => {
  it('makes columns of equal width, numbers on the right', () => {
    expect(
      toTable(
        ['name', 'packets'],
        [
          ['a', 5],
          ['longer', 12345],
        ],
      ),
    ).toBe('name    packets\na             5\nlonger    12345')
  })

  it('is only its titles without rows', () => {
    expect(toTable(['a', 'b'], [])).toBe('a  b')
  })
})

describe('toPrintable', () => {
  it('leaves ordinary text as it is', () => {
    expect(toPrintable('GET /été 漢字 -> 198.19.0.80:80')).toBe('GET /été 漢字 -> 198.19.0.80:80')
  })

  it('lets no control character of mirrored traffic reach the terminal', () => {
    expect(toPrintable('\u001b[2J\u0007\u202e\n')).toBe('\\u001b[2J\\u0007\\u202e\\u000a')
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => !/[\p{Cc}\p{Cf}]/u.test(toPrintable(text))))
  })
})
