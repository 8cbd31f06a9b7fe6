import { expect, it } from 'vitest'
import { toPlan } from '../../../infra/plan/plan.ts'
import { toPlanRequest } from '../../../infra/plan/plan-request.ts'
import { toPlanText } from '../../../infra/plan/plan-text.ts'

const given = {
  ...{ gbps: 1, packetsPerSecond: null, packetBytes: null, sources: null, hours: null, zones: null },
  ...{ mtuBytes: null, filterRules: null, sessionsPerInterface: null, loadBalancer: null, instanceType: null },
}

it('says how many, what they cost by which prices, the alternatives, the limits and what it rests on', () => {
  const text = toPlanText(toPlan(toPlanRequest(given, null)))
  expect(text).toMatch(/^2 x c6in\.xlarge\n\na month, by the list prices of us-east-1 \(\d{4}-/)
  expect(text).toMatch(/\n {2}total +\$6,111\n/)
  expect(text).toContain('AWS Network Firewall, in line: $21,929')
  expect(text).toContain('a single c6in.2xlarge, without a spare: $3,985')
  expect(text).toMatch(/rulesPerFilter +4 of 10 +ok/)
  expect(text).toMatch(/- Unverified: \$0\.015 per mirrored interface and hour/)
  expect(text).not.toContain('gateway endpoints')
  expect(text).not.toContain('CROSSED')
})

it('says which limit is crossed and what that means', () => {
  const text = toPlanText(toPlan(toPlanRequest({ ...given, mtuBytes: 9001 }, null)))
  expect(text).toMatch(/packetBytes +9001 of 8500 +CROSSED/)
  expect(text).toContain('packetBytes: Largest packet of a source')
})
