import { Template } from 'aws-cdk-lib/assertions'
import { describe, expect, it } from 'vitest'
import { ObservabilityStack } from '../../../../infra/aws/stacks/observability-stack.ts'
import { toResource, toResources } from '../../../support/aws/template-reading.ts'
import { awsEnv, createAwsApp, toAwsFleet } from '../../../support/aws-app.ts'

const balancer = {
  kind: 'network',
  loadBalancerFullName: 'net/test-entry/0123',
  targetGroupFullName: 'targetgroup/test-sensors/0123',
} as const
const sources = [{ name: 'web', zone: 'eu-central-1a', networkInterfaceId: 'eni-0123456789abcdef0' }]

function toStack(described: Readonly<Record<string, unknown>>, withBalancer = true) {
  const sensors = { minimumCapacity: 2, desiredCapacity: 2, maximumCapacity: 4 }
  const stack = new ObservabilityStack(createAwsApp(), 'observability', {
    ...{ fleet: toAwsFleet({ sensors, ...described }), env: awsEnv, balancer: withBalancer ? balancer : null },
  })
  const template = Template.fromStack(stack)
  const alarms = Object.values(toResources(template, 'AWS::CloudWatch::Alarm'))
  return { stack, template, alarms, names: alarms.map(({ AlarmName }) => AlarmName) }
}

const { stack, template, alarms, names } = toStack({ sources })
const alone = toStack({ zones: ['eu-central-1a'], loadBalancer: { kind: 'none' }, sensors: {}, sources }, false)

const above = 'GreaterThanThreshold'
const below = 'LessThanThreshold'
/** Name, metric and statistic, when it is bad, minutes or queries that are bad of those looked at, what no data means. */
const expected = [
  ['loss', 'LossPercent', 'Maximum', above, 0.1, 3, 5, 'notBreaching'],
  ['blind-sensor', 'Broken', 'Maximum', above, 0, 2, 3, 'notBreaching'],
  ['silent-sensors', 'Sensors', 'Sum', below, 2, 5, 5, 'breaching'],
  ['no-traffic', 'Packets', 'Sum', below, 1, 15, 15, 'breaching'],
  ['ena-allowance', 'EnaAllowanceExceeded', 'Sum', above, 0, 3, 5, 'notBreaching'],
  ['mirror-skip-in', undefined, undefined, above, 0, 2, 3, 'notBreaching'],
  ['mirror-skip-out', undefined, undefined, above, 0, 2, 3, 'notBreaching'],
  ['unhealthy-hosts', 'UnHealthyHostCount', 'Maximum', above, 0, 10, 10, 'notBreaching'],
  ['fail-open', 'HealthyHostCount', 'Minimum', below, 1, 3, 3, 'breaching'],
  ['fleet-at-max', 'GroupDesiredCapacity', 'Maximum', above, 3, 15, 15, 'notBreaching'],
] as const

describe('the alarms of a fleet', () => {
  it('cover what a fleet can fail of, each with a sentence for whoever is woken', () => {
    expect(names).toEqual(expected.map(([name]) => `test-${name}`))
    expect(alarms.filter(({ AlarmDescription }) => !AlarmDescription)).toEqual([])
  })

  it.each(expected)('%s looks at %s (%s) and fires when it is %s %d, %d of %d times; no data is %s', (name, ...row) => {
    const [metric, statistic, operator, threshold, bad, periods, missing] = row
    const alarm = alarms.find(({ AlarmName }) => AlarmName === `test-${name}`)
    expect(alarm?.MetricName).toBe(metric)
    expect(alarm?.Statistic).toBe(statistic)
    expect(alarm).toMatchObject({
      ...{ ComparisonOperator: operator, Threshold: threshold, TreatMissingData: missing },
      ...{ DatapointsToAlarm: bad, EvaluationPeriods: periods },
    })
  })

  it('ask this fleet’s sensors and group every minute, and its own load balancer', () => {
    const dimensions = alarms.filter(({ MetricName }) => MetricName !== undefined).map((each) => each.Dimensions)
    const group = [{ Name: 'AutoScalingGroupName', Value: 'test-sensors' }]
    const balanced = [
      { Name: 'LoadBalancer', Value: 'net/test-entry/0123' },
      { Name: 'TargetGroup', Value: 'targetgroup/test-sensors/0123' },
    ]
    expect(dimensions).toEqual([...Array(5).fill(group), balanced, balanced, group])
    expect(alarms.filter(({ MetricName }) => MetricName).map(({ Period }) => Period)).toEqual(Array(8).fill(60))
  })

  it('take no metric of CPU for the work of a sensor', () => {
    expect(JSON.stringify(alarms)).not.toMatch(/CPUUtilization/)
  })

  it('end an instance refresh on loss and on blindness only: traffic that stops is no fault of a release', () => {
    expect(stack.rollbackAlarms.map(({ node }) => node.id)).toEqual(['loss', 'blind-sensor'])
  })

  it('ask nothing of a load balancer that is not there', () => {
    expect(alone.names).toEqual(expect.not.arrayContaining(['test-fail-open']))
    expect(alone.names).toEqual(expect.not.arrayContaining(['test-unhealthy-hosts']))
  })

  it('do not call a fleet full that has one size', () => {
    const fixed = toStack({ sensors: { minimumCapacity: 3, maximumCapacity: 3 } })
    for (const each of [fixed, alone]) expect(each.names).not.toContain('test-fleet-at-max')
  })

  it('watch sources where the fleet has some: those of spokes are in other accounts', () => {
    expect(toStack({}).names.filter((name) => String(name).includes('mirror-skip'))).toEqual([])
  })
})

describe('the dashboard', () => {
  const toBody = (of: Template) => JSON.stringify(toResource(of, 'AWS::CloudWatch::Dashboard').DashboardBody)
  const queries = (text: string) => text.match(/SELECT SUM\(\w+\)/g)

  it('has one query in a widget, as CloudWatch allows, and none without sources', () => {
    const widgets = toBody(template).split(String.raw`\"type\":\"metric\"`)
    expect(widgets.flatMap((widget) => queries(widget)?.length ?? [])).toEqual([1, 1])
    expect(queries(toBody(toStack({}).template))).toBeNull()
  })
})
