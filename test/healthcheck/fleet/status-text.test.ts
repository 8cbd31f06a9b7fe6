import { expect, it } from 'vitest'
import type { SensorViews } from '../../../healthcheck/fleet/fleet-reading.ts'
import { toFleetStatus } from '../../../healthcheck/fleet/fleet-status.ts'
import { toStatusText } from '../../../healthcheck/fleet/status-text.ts'

const work: SensorViews = {
  ...{ id: 'i-1', zone: 'eu-central-1a' },
  instance: { id: 'i-1', zone: 'eu-central-1a', lifecycleState: 'InService', healthStatus: 'Healthy' },
  target: { id: 'i-1', state: 'healthy', reason: null },
  sensor: {
    answered: true,
    status: { id: 'i-1', status: 'healthy', ready: true, findings: [], packets: 1000, drops: 1, funnel: [] },
  },
}
const mute: SensorViews = {
  ...{ id: 'i-22', zone: '', instance: null, target: { id: 'i-22', state: 'unhealthy', reason: 'Target.Timeout' } },
  sensor: { answered: false, fault: 'no answer in time' },
}
const group = { name: 'web-sensors', desiredCapacity: 2, zones: [], targetGroupArns: [] }

it('shows every sensor in all views, then what is wrong, then the verdict', () => {
  expect(toStatusText(toFleetStatus({ group, targetGroupArn: 'arn:x', sensors: [work, mute] }))).toBe(
    `group web-sensors, target group arn:x

sensor  zone           group      target                    sensor says  ready  packets  drops  findings
i-1     eu-central-1a  InService  healthy                   healthy      yes       1000      1
i-22    -              -          unhealthy Target.Timeout  no answer    -            -      -  no answer in time

what is wrong
  fail-open-danger: One more failure and the load balancer sends to all targets regardless of health.
    i-1

where the views disagree
  stray-target: A target that Auto Scaling does not have: nobody replaces it when it breaks.
    i-22

degraded: 1 of 2 wanted sensors in service, 1 of 2 answered, loss ratio 0.001`,
  )
})

it('says what it does not know, and nothing of what is not there', () => {
  const text = toStatusText(toFleetStatus({ group, targetGroupArn: null, sensors: [] }))
  expect(text).toContain('group web-sensors, no load balancer')
  expect(text).not.toContain('disagree')
  expect(text).toMatch(/unhealthy: 0 of 2 wanted sensors in service, 0 of 0 answered, loss unknown$/)
})
