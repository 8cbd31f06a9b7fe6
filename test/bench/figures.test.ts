import { describe, expect, it } from 'vitest'
import { median, percentile, toFigure, toGoalText } from './figures.ts'

describe('percentile', () => {
  it.each([
    { values: [], share: 0.5, expected: 0 },
    { values: [3], share: 0.99, expected: 3 },
    { values: [5, 1, 4, 2, 3], share: 0.5, expected: 3 },
    { values: [4, 1, 3, 2], share: 0.5, expected: 2 },
    { values: Array.from({ length: 200 }, (_, index) => index + 1), share: 0.99, expected: 198 },
  ])('of $values.length values at $share is $expected', ({ values, share, expected }) => {
    expect(percentile(values, share)).toBe(expected)
  })
})

describe('median', () => {
  it.each([
    { values: [], expected: 0 },
    { values: [3], expected: 3 },
    { values: [5, 1, 3], expected: 3 },
    { values: [4, 1], expected: 2.5 },
    { values: [4, 1, 3, 2], expected: 2.5 },
    { values: [1, Number.NaN, 3], expected: Number.NaN },
  ])('of $values is $expected', ({ values, expected }) => {
    expect(median(values)).toBe(expected)
  })
})

describe('a figure', () => {
  it.each([
    { goal: { atLeast: 1.5 }, runs: [1.4, 1.5, 1.6], verdict: 'within' },
    { goal: { atLeast: 1.5 }, runs: [1.4, 1.4999, 1.6], verdict: 'misses' },
    { goal: { atMost: 5 }, runs: [5, 4, 90], verdict: 'within' },
    { goal: { atMost: 5 }, runs: [5.0001, 4, 90], verdict: 'misses' },
    { goal: null, runs: [1], verdict: null },
  ])('is $verdict with $runs and $goal', ({ goal, runs, verdict }) => {
    expect(toFigure('a', 'x', runs, goal).verdict).toBe(verdict)
  })

  it('misses what was never measured', () => {
    expect(toFigure('a', 'x', [], { atLeast: 1 }).verdict).toBe('misses')
    expect(toFigure('a', 'x', [Number.NaN], { atMost: 1 }).verdict).toBe('misses')
  })

  it('says its goal', () => {
    expect([toGoalText({ atLeast: 0.9 }), toGoalText({ atMost: 20 }), toGoalText(null)]).toEqual([
      '>= 0.9',
      '<= 20',
      '',
    ])
  })
})
