import { describe, expect, it } from 'vitest'
import type { FleetReading, SensorAnswer, SensorViews } from '../../../../healthcheck/fleet/fleet-reading.ts'
import type { TargetState } from '../../../../healthcheck/fleet/target-state.ts'
import { type AwsReading, toConsoleReading, unheard } from '../../../../infra/local/console/aws-reading.ts'

const funnel = [{ place: 'af-packet', packets: 10, drops: 1 }]
const says = (id: string): SensorAnswer => ({
  answered: true,
  status: { id, status: 'degraded', ready: true, findings: ['drops-elevated'], packets: 5, drops: 1, funnel },
})
const silent: SensorAnswer = { answered: false, fault: 'no answer in time' }
const inState = (id: string, lifecycleState: string) => ({
  instance: { id, zone: 'a', lifecycleState, healthStatus: 'Healthy' },
})
const target = (id: string, state: TargetState, reason: string | null = null) => ({ target: { id, state, reason } })
const sensor = (id: string, change: Partial<SensorViews> = {}): SensorViews => ({
  ...{ id, zone: 'a', sensor: says(id), ...inState(id, 'InService'), ...target(id, 'healthy') },
  ...change,
})

const fleetOf = (sensors: readonly SensorViews[], targetGroupArn: string | null = 'arn'): FleetReading => ({
  ...{ sensors, targetGroupArn },
  group: { name: 'g', desiredCapacity: sensors.length, zones: ['a'], targetGroupArns: [] },
})
const alerts = { isRead: true, isWatched: true, firing: [] } as const
const read = (fleet: FleetReading | null, change: Partial<AwsReading> = {}) =>
  toConsoleReading({
    atMilliseconds: 7,
    fleet,
    awsFault: null,
    addressesFault: null,
    hasAnswered: true,
    alerts,
    ...change,
  })
const shown = (sensors: readonly SensorViews[], change: Partial<AwsReading> = {}) =>
  read(fleetOf(sensors), change).sensors.map(({ id, status }) => [id, status])

describe('a sensor on AWS', () => {
  it('is shown with its own word and the load balancer’s, and nothing that nobody knows', () => {
    expect(read(fleetOf([sensor('i-1', target('i-1', 'unhealthy', 'Target.Timeout'))]))).toEqual({
      ...{ atMilliseconds: 7, sources: null, loadBalancer: null, alerts, faults: [] },
      sensors: [
        {
          ...{ id: 'i-1', zone: 'a', status: 'degraded', findings: ['drops-elevated'], funnel },
          ...{ targetState: 'unhealthy', targetReason: 'Target.Timeout', forwardedPackets: null, isStopped: false },
        },
      ],
    })
  })

  it.each<[string, Partial<SensorViews>, string | null, TargetState | null]>([
    ['behind a load balancer that does not have it', { target: null }, 'arn', 'unused'],
    ['behind no load balancer', { target: null }, null, null],
  ])('%s is shown so', (_what, change, targetGroupArn, targetState) => {
    expect(read(fleetOf([sensor('i-1', change)], targetGroupArn)).sensors).toMatchObject([{ targetState }])
  })

  it('is silent, with no figures of its own, when another one answers at its address', () => {
    const { sensors, faults } = read(fleetOf([sensor('i-1', { sensor: says('i-9') }), sensor('i-2')]))
    expect(sensors).toMatchObject([
      { id: 'i-1', status: 'silent', findings: [], funnel: [] },
      { id: 'i-2', status: 'degraded' },
    ])
    expect(faults).toEqual(['i-1 does not answer: another sensor, i-9, answers at its address'])
  })

  it.each<[string, Partial<SensorViews>, boolean]>([
    ['Terminated', inState('i-1', 'Terminated'), false],
    ['Terminating', inState('i-1', 'Terminating:Proceed'), false],
    ['Standby', inState('i-1', 'Standby'), false],
    ['no instance any more, and draining', { instance: null, ...target('i-1', 'draining') }, false],
    ['no instance any more, and unused', { instance: null, ...target('i-1', 'unused') }, false],
    ['InService', {}, true],
    ['Pending', inState('i-1', 'Pending:Wait'), true],
    ['a stray target', { instance: null, ...target('i-1', 'unhealthy') }, true],
  ])('that is silent and %s: still in the list?', (_state, change, isShown) => {
    const ids = shown([sensor('i-1', { ...change, sensor: silent })]).map(([id]) => id)
    expect(ids).toEqual(isShown ? ['i-1'] : [])
    // Whoever answers is there, whatever AWS says.
    expect(shown([sensor('i-1', change)])).toEqual([['i-1', 'degraded']])
  })
})

describe('a sensor that is silent', () => {
  const unreached = { hasAnswered: false }
  const mute = (id: string, change: Partial<SensorViews> = {}) => sensor(id, { sensor: silent, ...change })

  it('is not called gone by a console that has never reached any, and shows what AWS says of it', () => {
    const { sensors, faults } = read(fleetOf([mute('i-1'), mute('i-2', target('i-2', 'initial'))]), unreached)
    expect(sensors).toMatchObject([
      { status: 'degraded', findings: [unheard], funnel: [], targetState: 'healthy' },
      { status: 'degraded', findings: [unheard], funnel: [], targetState: 'initial' },
    ])
    expect(faults).toEqual([
      expect.stringMatching(/scraper security group.*; until one answers, how they are is unknown/),
    ])
  })

  it.each<[string, readonly SensorViews[], Partial<AwsReading>]>([
    ['any sensor answers', [mute('i-1'), sensor('i-2')], unreached],
    ['another sensor answers at an address', [mute('i-1'), sensor('i-2', { sensor: says('i-9') })], unreached],
    ['one has answered before', [mute('i-1'), mute('i-2')], { hasAnswered: true }],
    ['the load balancer refuses it', [mute('i-1', target('i-1', 'unhealthy', 'Target.Timeout'))], unreached],
    ['so it does while its flows end', [mute('i-1', target('i-1', 'unhealthy.draining'))], unreached],
  ])('is called silent when %s', (_when, sensors, change) => {
    expect(shown(sensors, change)[0]).toEqual(['i-1', 'silent'])
  })

  it('is no cause for alarm while it is coming up', () => {
    const starting = mute('i-2', { ...inState('i-2', 'Pending:Wait'), target: null })
    const { sensors, faults } = read(fleetOf([sensor('i-1'), starting]))
    expect(sensors[1]).toMatchObject({ status: 'degraded', findings: ['starting'], funnel: [] })
    expect(faults).toEqual([])
  })

  it('is not known to be refused while AWS cannot be read', () => {
    const refused = mute('i-1', target('i-1', 'unhealthy'))
    expect(shown([refused], { ...unreached, awsFault: 'throttled' })).toEqual([['i-1', 'degraded']])
  })
})

const ids = (count: number) => Array.from({ length: count }, (_, index) => `i-${index + 1}`)

describe('faults of a reading', () => {
  it('are one, with what to do, when the sensors cannot be reached from here', () => {
    const { faults, sensors } = read(fleetOf(ids(40).map((id) => sensor(id, { sensor: silent }))))
    expect(sensors).toHaveLength(40)
    expect(faults).toEqual([
      expect.stringMatching(
        /^no sensor in service answers \(40 asked; i-1: no answer in time\): .*scraper security group/,
      ),
    ])
  })

  it('are few when some of them do not answer', () => {
    const some = ids(7).map((id) => sensor(id, { sensor: id === 'i-7' ? says(id) : silent }))
    expect(read(fleetOf(some)).faults).toEqual([
      ...ids(3).map((id) => `${id} does not answer: no answer in time`),
      'of the sensors in service 3 more do not answer',
    ])
  })

  it('do not name those that nobody expects to answer yet', () => {
    const starting = sensor('i-2', { ...inState('i-2', 'Pending:Wait'), ...target('i-2', 'initial'), sensor: silent })
    expect(read(fleetOf([sensor('i-1'), starting])).faults).toEqual([])
    expect(read(fleetOf([starting])).faults).toEqual([])
  })

  it('say that AWS cannot be read, and show no word of the load balancer’s that may be old', () => {
    const { faults, sensors } = read(fleetOf([sensor('i-1')]), { awsFault: 'DescribeTargetHealth:\n  throttled' })
    expect(faults).toEqual([
      expect.stringMatching(/^AWS cannot be read: DescribeTargetHealth: throttled; .*told of last/),
    ])
    expect(sensors).toMatchObject([{ status: 'degraded', targetState: null, targetReason: null, funnel }])
  })

  it('say so too before AWS told of any sensor', () => {
    expect(read(null, { awsFault: 'AccessDenied' })).toMatchObject({
      sensors: [],
      faults: ['AWS cannot be read: AccessDenied; no sensor is known yet'],
    })
  })

  it('blame the addresses for silence when EC2 does not tell them', () => {
    const unasked = sensor('i-1', { sensor: { answered: false, fault: 'no address: DescribeInstances: no' } })
    const { faults } = read(fleetOf([unasked]), { addressesFault: 'DescribeInstances: no' })
    expect(faults[0]).toBe('the sensors’ addresses cannot be read: DescribeInstances: no')
    expect(faults[1]).toContain('permissions')
    expect(faults.join()).not.toContain('security group')
  })
})
