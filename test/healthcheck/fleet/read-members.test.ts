import { AutoScalingClient } from '@aws-sdk/client-auto-scaling'
import { EC2Client } from '@aws-sdk/client-ec2'
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2'
import { afterEach, describe, expect, it } from 'vitest'
import { FleetUnread } from '../../../healthcheck/fleet/aws-call.ts'
import { toFleetStatus } from '../../../healthcheck/fleet/fleet-status.ts'
import { type Question, readMembers } from '../../../healthcheck/fleet/read-members.ts'
import {
  type AwsFleet,
  answer,
  type DescribedSensor,
  startAwsFleet,
  targetGroupArn,
  toStatusBody,
} from '../../support/aws/aws-fleet.ts'

/** The deadlines are for a machine that others keep busy. */
const patient = { timeout: 60_000 }

const running: AwsFleet[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((fleet) => fleet.close()))
})

async function start(described: readonly DescribedSensor[], targetGroups?: readonly string[]): Promise<AwsFleet> {
  const fleet = await startAwsFleet(described, targetGroups)
  running.push(fleet)
  return fleet
}

function read(fleet: AwsFleet, change: Partial<Question> = {}) {
  const settings = {
    region: 'eu-central-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    endpoint: fleet.queryApi.endpoint,
    maxAttempts: 10,
  }
  const clients = {
    autoScaling: new AutoScalingClient(settings),
    loadBalancing: new ElasticLoadBalancingV2Client(settings),
    ec2: new EC2Client({ ...settings, endpoint: fleet.ec2Endpoint }),
  }
  const signal = AbortSignal.timeout(50_000)
  const question = { group: 'web-sensors', targetGroupArn: null, port: fleet.port, sensorDeadlineSeconds: 30, signal }
  return readMembers(clients, { ...question, ...change })
}

const working = { lifecycleState: 'InService', targetState: 'healthy' } as const
const three: readonly DescribedSensor[] = ['i-1', 'i-2', 'i-3'].map((id) => ({ id, ...working }))

describe('a fleet on AWS', patient, () => {
  it('is joined from its group, its targets and every sensor’s own word', async () => {
    const fleet = await start(three)
    const reading = await read(fleet)
    expect(reading).toMatchObject({ targetGroupArn, group: { desiredCapacity: 3, zones: ['eu-central-1a'] } })
    expect(
      reading.sensors.map(({ id, instance, target, sensor }) => [id, instance?.lifecycleState, target?.state, sensor]),
    ).toEqual(
      ['i-1', 'i-2', 'i-3'].map((id) => [
        ...[id, 'InService', 'healthy'],
        {
          answered: true,
          status: { id, status: 'healthy', ready: true, findings: [], packets: 50_000, drops: 0, funnel: [] },
        },
      ]),
    )
    expect(toFleetStatus(reading)).toMatchObject({ status: 'healthy', disagreements: [], answers: 3, ok: true })
  })

  it('is read through throttling', async () => {
    const fleet = await start(three)
    fleet.queryApi.fault('DescribeAutoScalingGroups', { kind: 'throttling' }, { kind: 'throttling' })
    fleet.queryApi.fault(
      'DescribeTargetHealth',
      { kind: 'throttling' },
      { kind: 'error', status: 503, code: 'ServiceUnavailable' },
    )
    expect(toFleetStatus(await read(fleet)).status).toBe('healthy')
    expect(fleet.queryApi.callsOf('DescribeAutoScalingGroups')).toHaveLength(3)
    expect(fleet.queryApi.callsOf('DescribeTargetHealth')).toHaveLength(3)
  })

  it.each([{ kind: 'throttling' }, { kind: 'silence' }] as const)(
    'is given up at the deadline when AWS answers with nothing but $kind',
    async (fault) => {
      const fleet = await start(three)
      fleet.queryApi.faultAlways('DescribeTargetHealth', fault)
      const before = performance.now()
      await expect(read(fleet, { signal: AbortSignal.timeout(700) })).rejects.toThrow(
        /^DescribeTargetHealth: no answer before the deadline/,
      )
      expect(performance.now() - before).toBeLessThan(5_000)
    },
  )

  it('tells what AWS refused, and in whose words', async () => {
    const fleet = await start(three)
    fleet.queryApi.faultAlways('DescribeTargetHealth', { kind: 'error', status: 403, code: 'AccessDenied' })
    await expect(read(fleet)).rejects.toThrow('DescribeTargetHealth: AccessDenied: scripted by the test')
  })

  it('is nothing that could be guessed when there is no such group', async () => {
    const fleet = await start(three)
    await expect(read(fleet, { group: 'other' })).rejects.toThrow(/^no Auto Scaling group "other".*--region/)
  })

  it('asks which target group when the group has several, and takes the one that is named', async () => {
    const other = targetGroupArn.replace('web-sensors', 'other')
    const fleet = await start(three, [targetGroupArn, other])
    await expect(read(fleet)).rejects.toThrow(FleetUnread)
    expect(await read(fleet, { targetGroupArn: other })).toMatchObject({ targetGroupArn: other })
    expect(fleet.queryApi.callsOf('DescribeTargetHealth').map(({ parameters }) => parameters.TargetGroupArn)).toEqual([
      other,
    ])
  })

  it('behind no load balancer is not asked for targets', async () => {
    const fleet = await start([{ id: 'i-1', lifecycleState: 'InService', targetState: null }], [])
    expect(toFleetStatus(await read(fleet))).toMatchObject({ status: 'healthy', targetGroupArn: null, ok: true })
    expect(fleet.queryApi.callsOf('DescribeTargetHealth')).toEqual([])
  })

  it('keeps a state that AWS has added since, as a reason that nothing is judged by', async () => {
    const fleet = await start([{ id: 'i-1', lifecycleState: 'InService', targetState: 'resting' }])
    const { sensors } = await read(fleet)
    expect(sensors[0]?.target).toEqual({ id: 'i-1', state: 'unavailable', reason: 'resting' })
  })
})

describe('where the views disagree', patient, () => {
  it('every sensor is named with the way it does, in one look at a fleet where everything goes wrong', async () => {
    const body = (id: string, change: object) => answer(toStatusBody(id, change))
    const unhealthy = { status: 'unhealthy', ready: false, findings: [{ reason: 'capture-blind' }] }
    const fleet = await start([
      { id: 'i-1', lifecycleState: 'InService', targetState: null },
      { id: 'i-2', lifecycleState: null, targetState: 'healthy' },
      { id: 'i-3', ...working, listener: body('i-3', unhealthy) },
      { id: 'i-4', lifecycleState: 'InService', targetState: 'unhealthy', targetReason: 'Target.Timeout' },
      { id: 'i-5', lifecycleState: 'Pending:Wait', targetState: null },
      { id: 'i-6', lifecycleState: 'Terminating:Wait', targetState: 'draining' },
      { id: 'i-7', ...working, healthStatus: 'Unhealthy' },
      { id: 'i-8', ...working, listener: body('i-9', {}) },
      { id: 'i-9', ...working, listener: null },
    ])
    const { disagreements } = toFleetStatus(await read(fleet))
    expect(disagreements.map(({ kind, sensors }) => [kind, ...sensors])).toEqual([
      ['no-target', 'i-1'],
      ['stray-target', 'i-2'],
      ['sent-to-unhealthy', 'i-3'],
      ['refused-ready', 'i-4'],
      ['in-service-unready', 'i-3'],
      ['waiting-ready', 'i-5'],
      ['leaving-ready', 'i-6'],
      ['replaced-healthy', 'i-7'],
      ['other-sensor', 'i-8'],
      ['no-answer', 'i-9'],
    ])
  })
})

describe('a sensor that cannot be asked', patient, () => {
  it('has the reason in its place, whatever it is', async () => {
    const slow = new Set<() => void>()
    const fleet = await start([
      { id: 'i-1', ...working, listener: null },
      { id: 'i-2', ...working, withoutAddress: true },
      { id: 'i-3', ...working, listener: (_request, response) => void slow.add(() => response.end()) },
      { id: 'i-4', ...working },
    ])
    const { sensors } = await read(fleet, { sensorDeadlineSeconds: 2 })
    for (const end of slow) end()
    expect(sensors.map(({ sensor }) => (sensor.answered ? 'answered' : sensor.fault))).toEqual([
      expect.stringContaining('ECONNREFUSED'),
      'no address: the instance has none, or is gone',
      'no answer in time',
      'answered',
    ])
  })

  it('leaves AWS’s two views standing when EC2 refuses the addresses', async () => {
    const fleet = await start(three)
    fleet.setEc2Error('UnauthorizedOperation')
    const status = toFleetStatus(await read(fleet))
    expect(status.sensors.map(({ sensor }) => sensor)).toEqual(
      three.map(() => ({ answered: false, fault: 'no address: DescribeInstances: UnauthorizedOperation: not you' })),
    )
    expect(status).toMatchObject({ status: 'degraded', verdict: { inService: 3 }, answers: 0, ok: false })
  })

  it('does not make the others wait one after the other', async () => {
    const silent = Array.from({ length: 60 }, (_, index) => ({
      id: `i-${index}`,
      ...working,
      listener: () => undefined,
    }))
    const fleet = await start(silent)
    const before = performance.now()
    const { sensors } = await read(fleet, { sensorDeadlineSeconds: 0.3 })
    expect(sensors.every(({ sensor }) => !sensor.answered && sensor.fault === 'no answer in time')).toBe(true)
    expect(performance.now() - before).toBeLessThan(60 * 300)
  })
})
