import { describe, expect, it } from 'vitest'
import type { FleetReading, SensorAnswer, SensorViews } from '../../../healthcheck/fleet/fleet-reading.ts'
import { toFleetStatus } from '../../../healthcheck/fleet/fleet-status.ts'
import type { Status } from '../../../healthcheck/verdict.ts'

const says = (id: string, status: Status = 'healthy'): SensorAnswer => {
  const ready = status !== 'unhealthy'
  return { answered: true, status: { id, status, ready, findings: [], packets: 20_000, drops: 0, funnel: [] } }
}
const silent: SensorAnswer = { answered: false, fault: 'no answer in time' }

const sensor = (id: string, change: Partial<SensorViews> = {}, lifecycleState = 'InService'): SensorViews => ({
  ...{ id, zone: 'a', target: { id, state: 'healthy', reason: null }, sensor: says(id) },
  instance: { id, zone: 'a', lifecycleState, healthStatus: 'Healthy' },
  ...change,
})

const fleet = (
  sensors: readonly SensorViews[],
  targetGroupArn: string | null = 'arn',
  zones = ['a'],
): FleetReading => ({
  ...{ sensors, targetGroupArn },
  group: { name: 'g', desiredCapacity: sensors.length, zones, targetGroupArns: [] },
})

const two = [sensor('i-1'), sensor('i-2')]
const reasonsOf = (reading: FleetReading) => toFleetStatus(reading).verdict.findings.map(({ reason }) => reason)

describe('the status of a fleet', () => {
  it('is healthy when all views say so', () => {
    expect(toFleetStatus(fleet(two))).toMatchObject({
      status: 'healthy',
      ok: true,
      answers: 2,
      verdict: { inService: 2 },
    })
  })

  it('is degraded by a disagreement alone', () => {
    const stray = sensor('i-3', { instance: null })
    expect(toFleetStatus(fleet([...two, stray]))).toMatchObject({
      status: 'degraded',
      ok: true,
      verdict: { findings: [] },
    })
  })

  it('is unhealthy when most sensors are', () => {
    const broken = ['i-3', 'i-4', 'i-5'].map((id) => sensor(id, { sensor: says(id, 'unhealthy') }))
    expect(toFleetStatus(fleet([...two, ...broken]))).toMatchObject({ status: 'unhealthy', ok: false })
  })

  it('is not ok on AWS’s word alone', () => {
    const unread = two.map((one) => ({ ...one, sensor: silent }))
    expect(toFleetStatus(fleet(unread))).toMatchObject({ status: 'degraded', answers: 0, ok: false })
  })

  it('does not miss those that leave, or stand by, on purpose', () => {
    const leaving = ['Terminating:Wait', 'Standby', 'Detaching'].map((state, index) =>
      sensor(`i-${index + 3}`, { target: null, sensor: silent }, state),
    )
    expect(toFleetStatus(fleet([...two, ...leaving])).verdict).toMatchObject({ members: 2, findings: [] })
  })

  it('misses those that never start', () => {
    const starting = ['i-3', 'i-4', 'i-5'].map((id) => sensor(id, { target: null, sensor: silent }, 'Pending:Wait'))
    expect(reasonsOf(fleet([...two, ...starting]))).toContain('quorum-lost')
  })

  it('misses a zone of the group that has no sensor left', () => {
    expect(reasonsOf(fleet(two, 'arn', ['a', 'b']))).toEqual(['zone-dark'])
  })
})

describe('without a load balancer', () => {
  it.each<{ status: Status; expected: object }>([
    { status: 'healthy', expected: { status: 'healthy', verdict: { findings: [] }, ok: true } },
    { status: 'unhealthy', expected: { status: 'unhealthy', ok: false } },
  ])('a single sensor that is $status is judged by its own word', ({ status, expected }) => {
    const alone = sensor('i-1', { target: null, sensor: says('i-1', status) })
    expect(toFleetStatus(fleet([alone], null))).toMatchObject(expected)
    expect(reasonsOf(fleet([alone], null))).not.toContain('fail-open')
  })

  it('a sensor that does not answer is in nobody’s view in service', () => {
    const alone = sensor('i-1', { target: null, sensor: silent })
    expect(toFleetStatus(fleet([alone], null))).toMatchObject({ status: 'unhealthy', verdict: { inService: 0 } })
  })
})
