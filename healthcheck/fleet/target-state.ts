/**
 * What a load balancer says of a target, in AWS's words, and the reason codes it gives with each state.
 * Source: Elastic Load Balancing API, DescribeTargetHealth, data type TargetHealth. A healthy target has no reason, and
 * the page names none for `unhealthy.draining` (NLB only: unhealthy, and its present flows are given time to end).
 */
export const targetStates = {
  initial: { reasonCodes: ['Elb.RegistrationInProgress', 'Elb.InitialHealthChecking'] },
  healthy: { reasonCodes: [] },
  unhealthy: {
    reasonCodes: ['Target.ResponseCodeMismatch', 'Target.Timeout', 'Target.FailedHealthChecks', 'Elb.InternalError'],
  },
  'unhealthy.draining': { reasonCodes: [] },
  draining: { reasonCodes: ['Target.DeregistrationInProgress'] },
  unused: {
    reasonCodes: ['Target.NotRegistered', 'Target.NotInUse', 'Target.InvalidState', 'Target.IpUnusable'],
  },
  unavailable: { reasonCodes: ['Target.HealthCheckDisabled', 'Elb.InternalError'] },
} as const satisfies Record<string, { readonly reasonCodes: readonly string[] }>

export type TargetState = keyof typeof targetStates
