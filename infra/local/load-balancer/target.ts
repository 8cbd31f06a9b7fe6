/**
 * The life of one target, with the states and reason codes that ELBv2 DescribeTargetHealth shows (aws.md 2.9):
 *
 *   register -> initial -> healthy <-> unhealthy
 *                 any of these -- deregister --> draining -- delay over --> unused
 */

/** Why a probe failed, as AWS names it. */
export type ProbeFailure = 'Target.ResponseCodeMismatch' | 'Target.Timeout' | 'Target.FailedHealthChecks'

export type TargetState =
  | {
      readonly state: 'initial'
      readonly reasonCode: 'Elb.RegistrationInProgress' | 'Elb.InitialHealthChecking'
      /** Probes passed in a row, and failed in a row; one of them is 0. */
      readonly passed: number
      readonly failed: number
    }
  | { readonly state: 'healthy'; readonly reasonCode: null; readonly failed: number }
  | { readonly state: 'unhealthy'; readonly reasonCode: ProbeFailure; readonly passed: number }
  | {
      readonly state: 'draining'
      readonly reasonCode: 'Target.DeregistrationInProgress'
      /** When the deregistration delay ends, on the clock of the events. */
      readonly untilSeconds: number
    }
  | { readonly state: 'unused'; readonly reasonCode: 'Target.NotRegistered' }

export type TargetEvent =
  | { readonly type: 'register' }
  | { readonly type: 'deregister'; readonly atSeconds: number }
  | { readonly type: 'probe-passed' }
  | { readonly type: 'probe-failed'; readonly reason: ProbeFailure }
  | { readonly type: 'tick'; readonly atSeconds: number }

export interface TargetSettings {
  /** Probes in a row that make a target healthy, also the first time. */
  readonly healthyThreshold: number
  /** Probes in a row that make it unhealthy. */
  readonly unhealthyThreshold: number
  /** From deregistration until the flows that remain are ended. */
  readonly deregistrationDelaySeconds: number
}

export const unused: TargetState = { state: 'unused', reasonCode: 'Target.NotRegistered' }
const registering: TargetState = { state: 'initial', reasonCode: 'Elb.RegistrationInProgress', passed: 0, failed: 0 }
const healthy: TargetState = { state: 'healthy', reasonCode: null, failed: 0 }

type Registered = Extract<TargetState, { state: 'initial' | 'healthy' | 'unhealthy' }>

const isRegistered = (state: TargetState): state is Registered =>
  state.state === 'initial' || state.state === 'healthy' || state.state === 'unhealthy'

function afterPass(state: Registered, { healthyThreshold }: TargetSettings): TargetState {
  if (state.state === 'healthy') return healthy
  const passed = state.passed + 1
  if (passed >= healthyThreshold) return healthy
  return state.state === 'initial'
    ? { state: 'initial', reasonCode: 'Elb.InitialHealthChecking', passed, failed: 0 }
    : { ...state, passed }
}

function afterFailure(
  state: Registered,
  reasonCode: ProbeFailure,
  { unhealthyThreshold }: TargetSettings,
): TargetState {
  if (state.state === 'unhealthy') return { state: 'unhealthy', reasonCode, passed: 0 }
  const failed = state.failed + 1
  if (failed >= unhealthyThreshold) return { state: 'unhealthy', reasonCode, passed: 0 }
  return state.state === 'initial'
    ? { state: 'initial', reasonCode: 'Elb.InitialHealthChecking', passed: 0, failed }
    : { ...state, failed }
}

/**
 * A state and what happened to the state that follows. Every event is allowed in every state; one that means nothing
 * there (a late probe of a draining target) changes nothing.
 */
export function next(state: TargetState, event: TargetEvent, settings: TargetSettings): TargetState {
  switch (event.type) {
    case 'register':
      // AWS lets a draining target be registered again: it starts over.
      return isRegistered(state) ? state : registering
    case 'deregister':
      // A second deregistration does not start the delay again.
      return isRegistered(state)
        ? {
            state: 'draining',
            reasonCode: 'Target.DeregistrationInProgress',
            untilSeconds: event.atSeconds + settings.deregistrationDelaySeconds,
          }
        : state
    case 'probe-passed':
      return isRegistered(state) ? afterPass(state, settings) : state
    case 'probe-failed':
      return isRegistered(state) ? afterFailure(state, event.reason, settings) : state
    case 'tick':
      return state.state === 'draining' && event.atSeconds >= state.untilSeconds ? unused : state
  }
}
