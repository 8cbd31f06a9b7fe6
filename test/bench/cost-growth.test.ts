import { describe, expect, it } from 'vitest'
import { decodeScenario } from '../../load/scenario-file.ts'
import { growthPoints } from './cost-growth.ts'

describe('the points of the growth curves', () => {
  it.each(growthPoints)('$what $value is a scenario that the generator takes', ({ scenario }) => {
    expect(decodeScenario(JSON.parse(JSON.stringify(scenario)))).toEqual({ ok: true, scenario })
  })

  it.each(growthPoints.filter(({ what }) => what === 'flows'))('$value flows share their packets', (point) => {
    const [flow] = point.scenario.flows
    const packetsPerFlow = flow?.kind === 'udp' ? flow.passes : 0
    expect(point.scenario.packets / packetsPerFlow).toBe(point.value)
  })
})
