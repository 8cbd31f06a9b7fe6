import { Type } from 'typebox'
import { Settings } from 'typebox/system'
import { describe, expect, it } from 'vitest'
import { judgeValue, toGot } from '../../infra/complaint.ts'

const closed = { additionalProperties: false } as const
const Schema = Type.Object(
  {
    count: Type.Integer({ minimum: 1, maximum: 5 }),
    kind: Type.Enum(['network', 'gateway']),
    name: Type.String({ pattern: '^a+$', maxLength: 3, description: 'one to three times a' }),
    parts: Type.Array(Type.Object({ ratio: Type.Number({ minimum: 0, maximum: 1 }) }, closed), {
      minItems: 1,
      maxItems: 20,
    }),
  },
  closed,
)
const right = { count: 3, kind: 'network', name: 'aa', parts: [{ ratio: 0.5 }] }

const complaintsOf = (value: unknown) => {
  const judged = judgeValue(Schema, value)
  return judged.ok ? [] : judged.complaints
}

describe('judgeValue', () => {
  it('gives back a value that fits', () => {
    expect(judgeValue(Schema, right)).toEqual({ ok: true, value: right })
  })

  it.each([
    [{ ...right, count: 9 }, 'count: got 9, allowed is an integer of 1..5'],
    [{ ...right, kind: 'x' }, 'kind: got "x", allowed is "network" or "gateway"'],
    [{ ...right, parts: [] }, 'parts: got [], allowed is a list of 1..20'],
    [{ ...right, parts: [{ ratio: 2 }] }, 'parts[0].ratio: got 2, allowed is 0..1'],
    [{ ...right, parts: [{}] }, 'parts[0].ratio: got nothing, allowed is 0..1'],
    [{ ...right, cuont: 1 }, 'cuont: got an unknown field, allowed is count, kind, name, parts'],
    [null, '.: got null, allowed is a value of type object'],
  ])('says where, what was given and what is allowed: %j', (value, complaint) => {
    expect(complaintsOf(value)).toEqual([complaint])
  })

  it('says once what two limits say about one value', () => {
    expect(complaintsOf({ ...right, name: 'bbbb' })).toEqual(['name: got "bbbb", allowed is one to three times a'])
  })

  it('reports every complaint, also past the library’s own limit of errors', () => {
    const parts = Array.from({ length: 20 }, () => ({ ratio: -1 }))
    const before = Settings.Get().maxErrors
    expect(complaintsOf({ count: 0, kind: 'x', name: 'b', parts })).toHaveLength(23)
    expect(Settings.Get().maxErrors).toBe(before)
  })

  it('never refuses without a complaint, however many fields are unknown', () => {
    const unknown = Object.fromEntries(Array.from({ length: 2000 }, (_, index) => [`field${index}`, 0]))
    expect(complaintsOf({ ...right, ...unknown }).length).toBeGreaterThan(0)
  })

  it('asks the rules between fields only about a value whose fields are right', () => {
    const rule = () => [{ path: 'count', got: '3', allowed: 'less' }]
    expect(judgeValue(Schema, right, rule)).toEqual({ ok: false, complaints: ['count: got 3, allowed is less'] })
    expect(judgeValue(Schema, { ...right, count: 0 }, rule)).toEqual({
      ok: false,
      complaints: ['count: got 0, allowed is an integer of 1..5'],
    })
  })
})

describe('toGot', () => {
  it('cuts off what would flood the terminal', () => {
    expect(toGot('x'.repeat(1000))).toHaveLength(83)
  })
})
