import { expect, it } from 'vitest'
import { isFigure } from '../../healthcheck/figure.ts'

it.each([0, -0, 0.5, 1, Number.MAX_SAFE_INTEGER])('%d can be a figure', (value) => {
  expect(isFigure(value)).toBe(true)
})

it.each([Number.NaN, -1, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])('%d can be no figure', (value) => {
  expect(isFigure(value)).toBe(false)
})
