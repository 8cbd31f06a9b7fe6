import { type FleetReading, type SensorViews, toStage } from './fleet-reading.ts'

/** One way in which the three views of a sensor contradict each other. */
interface DisagreementRule {
  readonly kind: string
  /** One sentence for an operator: who says what, and where to look. */
  readonly meaning: string
  readonly shows: (views: SensorViews, fleet: FleetReading) => boolean
}

const stageOf = ({ instance }: SensorViews) => (instance === null ? null : toStage(instance))
const isReady = ({ sensor }: SensorViews) => sensor.answered && sensor.status.ready
const refused: readonly (string | undefined)[] = ['unhealthy', 'unhealthy.draining']

/** Row order is report order. A view that is silent contradicts nobody, but is told of by a row of its own. */
const rules = [
  {
    kind: 'no-target',
    meaning: 'In service for Auto Scaling, but no target of the load balancer: nothing is sent to it.',
    shows: (views, { targetGroupArn }) =>
      targetGroupArn !== null &&
      stageOf(views) === 'in-service' &&
      (views.target === null || views.target.state === 'unused'),
  },
  {
    kind: 'stray-target',
    meaning: 'A target that Auto Scaling does not have: nobody replaces it when it breaks.',
    shows: ({ instance, target }) => instance === null && target !== null && target.state !== 'draining',
  },
  {
    kind: 'sent-to-unhealthy',
    meaning: 'The load balancer sends to a sensor that calls itself unhealthy.',
    shows: ({ target, sensor }) =>
      target?.state === 'healthy' && sensor.answered && sensor.status.status === 'unhealthy',
  },
  {
    kind: 'refused-ready',
    meaning: 'The load balancer refuses a sensor that is ready: look at the health check’s path and security groups.',
    shows: (views) => refused.includes(views.target?.state) && isReady(views),
  },
  {
    kind: 'in-service-unready',
    meaning: 'Auto Scaling counts on a sensor that is not ready.',
    shows: (views) => stageOf(views) === 'in-service' && views.sensor.answered && !isReady(views),
  },
  {
    kind: 'waiting-ready',
    meaning: 'The sensor is ready, but Auto Scaling still waits: its launch hook has not been completed.',
    shows: (views) => views.instance?.lifecycleState === 'Pending:Wait' && isReady(views),
  },
  {
    kind: 'leaving-ready',
    meaning: 'Auto Scaling is taking it out, and the sensor does not know: it is still ready.',
    shows: (views) => stageOf(views) === 'leaving' && isReady(views),
  },
  {
    kind: 'replaced-healthy',
    meaning: 'Auto Scaling calls it unhealthy and will replace it, while load balancer and sensor call it healthy.',
    shows: (views) =>
      stageOf(views) === 'in-service' &&
      views.instance?.healthStatus === 'Unhealthy' &&
      views.target?.state === 'healthy' &&
      isReady(views),
  },
  {
    kind: 'other-sensor',
    meaning: 'Another sensor answers at its address.',
    shows: ({ id, sensor }) => sensor.answered && sensor.status.id !== id,
  },
  {
    kind: 'no-answer',
    meaning: 'In service, but /status could not be read from here: the agent is gone, or its port is closed to us.',
    shows: (views) => !views.sensor.answered && (stageOf(views) === 'in-service' || views.target?.state === 'healthy'),
  },
] as const satisfies readonly DisagreementRule[]

export type DisagreementKind = (typeof rules)[number]['kind']
type TypedRule = DisagreementRule & { readonly kind: DisagreementKind }
const table: readonly TypedRule[] = rules

export interface Disagreement {
  readonly kind: DisagreementKind
  readonly meaning: string
  /** Never empty. */
  readonly sensors: readonly string[]
}

/** Every kind with its meaning, in report order. */
export const disagreementKinds = table.map(({ kind, meaning }) => ({ kind, meaning }))

/** Where Auto Scaling, the load balancer and the sensors themselves say different things. */
export const toDisagreements = (fleet: FleetReading): readonly Disagreement[] =>
  table.flatMap(({ kind, meaning, shows }) => {
    const sensors = fleet.sensors.filter((views) => shows(views, fleet)).map(({ id }) => id)
    return sensors.length === 0 ? [] : [{ kind, meaning, sensors }]
  })
