import { describe, expect, it } from 'vitest'
import { counterReader, isCounter, memberAt } from '../../../sensor-agent/read/json-tree.ts'

describe('members of a JSON tree', () => {
  it.each([
    [{ a: { b: 1 } }, ['a', 'b'], 1],
    [{ a: { b: 1 } }, ['a', 'c'], undefined],
    [{ a: 1 }, ['a', 'b'], undefined],
    [[1], ['0'], undefined],
    [null, ['a'], undefined],
    [{}, ['constructor'], undefined],
    [{}, ['__proto__', 'toString'], undefined],
    [JSON.parse('{"__proto__":{"a":1}}'), ['__proto__', 'a'], 1],
  ])('of %j at %j', (root, path, value) => {
    expect(memberAt(root, path)).toEqual(value)
  })

  it('are counters only as finite numbers of at least 0', () => {
    expect([0, 1.5, 2 ** 60].every(isCounter)).toBe(true)
    expect([-1, '1', null, true, [], JSON.parse('1e999'), Number.NaN].some(isCounter)).toBe(false)
  })

  it('are read under the first of their names that is there, and reported under the first', () => {
    const { required, missing } = counterReader({ new: { name: 3 } }, 'at.')
    expect(required('old', 'new.name')).toBe(3)
    expect(required('older', 'oldest')).toBe(0)
    expect(missing()).toEqual(['at.older'])
  })
})
