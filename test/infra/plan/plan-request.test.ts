import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { decodeFleet, type FleetDescription } from '../../../infra/fleet.ts'
import type { GivenFigures } from '../../../infra/plan/options.ts'
import { toPlan } from '../../../infra/plan/plan.ts'
import { toPlanRequest } from '../../../infra/plan/plan-request.ts'
import { projectRoot } from '../../support/source-files.ts'

const given: GivenFigures = {
  ...{ gbps: 0.2, packetsPerSecond: null, packetBytes: null, sources: null, hours: null, zones: null },
  ...{ mtuBytes: null, filterRules: null, sessionsPerInterface: null, loadBalancer: null, instanceType: null },
}
const folder = join(projectRoot, 'infra/fleets')

function readExample(file: string): FleetDescription {
  const decoded = decodeFleet(JSON.parse(readFileSync(join(folder, file), 'utf8')))
  if (!decoded.ok) throw new Error(decoded.complaints.join('\n'))
  return decoded.fleet
}

describe('what is planned', () => {
  it('is what the fleet’s description says', () => {
    expect(toPlanRequest(given, readExample('cross-vpc-nlb.json'))).toMatchObject({
      ...{ loadBalancer: 'network', zones: 3, instanceType: 'c6in.2xlarge', minimumInstances: 3, maximumInstances: 12 },
      ...{ natGateways: 3, filterRules: 4, region: 'eu-central-1' },
    })
    expect(toPlanRequest(given, readExample('smallest.json'))).toMatchObject({
      ...{
        loadBalancer: 'none',
        zones: 1,
        instanceType: 'c6in.large',
        minimumInstances: 1,
        natGateways: 0,
        sources: 1,
      },
    })
  })

  it('is what the command line says, where it says something', () => {
    const more = {
      sources: 7,
      zones: 2,
      loadBalancer: 'gateway',
      instanceType: 'c6in.8xlarge',
      filterRules: 11,
      sessionsPerInterface: 4,
    } as const
    expect(toPlanRequest({ ...given, ...more }, readExample('cross-vpc-nlb.json'))).toMatchObject(more)
  })

  it('has as many packets as their size makes of the rate', () => {
    expect(toPlanRequest({ ...given, gbps: 8, packetBytes: 500 }, null).packetsPerSecond).toBe(2_000_000)
    expect(toPlanRequest({ ...given, packetsPerSecond: 5 }, null).packetsPerSecond).toBe(5)
  })

  it('keeps every limit for each example at the load it was made for', () => {
    const examples = readdirSync(folder).filter((file) => file.endsWith('.json') && !file.endsWith('.spoke.json'))
    expect(examples.length).toBeGreaterThanOrEqual(4)
    for (const file of examples) {
      const { limits } = toPlan(toPlanRequest(given, readExample(file)))
      expect(limits.filter(({ ok }) => !ok)).toEqual([])
    }
  })
})
