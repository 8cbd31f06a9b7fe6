import { describe, expect, it } from 'vitest'
import { nearestName } from '../../sensor-agent/nearest-name.ts'

const known = ['--help', '--version', '--check']

describe('nearestName', () => {
  it.each([
    ['--hlep', '--help'],
    ['--chek', '--check'],
    ['--verison', '--version'],
    ['--check', '--check'],
    ['--frobnicate', undefined],
    ['', undefined],
  ])('%j was meant as %j', (given, meant) => {
    expect(nearestName(given, known, 2)).toBe(meant)
  })

  it('does not take a shared prefix for likeness', () => {
    expect(nearestName('SENSOR_FOO', ['SENSOR_ID', 'SENSOR_ZONE'], 7)).toBe(undefined)
  })

  it('does not spend time in proportion to a hostile name', () => {
    expect(nearestName(`--${'x'.repeat(1_000_000)}`, known, 2)).toBe(undefined)
  })
})
