import type { AwsFleet } from './aws-fleet.ts'

type LoadBalancer = AwsFleet['loadBalancer']

/** After it an idle UDP flow is forgotten by NLB and GWLB alike (aws.md 2.2, 3.4): the least that a sensor keeps its flows. */
const flowIdleSeconds = 120

/** A new sensor gets new flows only, so until the old ones idle out it looks idler than the fleet will be. */
export const warmUpSeconds = flowIdleSeconds + 60

/** A refresh is watched on after its last sensor, longer than the slowest of its alarms takes: five minutes. */
export const bakeSeconds = 600

/** A registration takes minutes before the first health check counts (containers-roadmap#470 and our reading of it). */
const registrationSeconds = 180

/**
 * From InService on: a target is registered then, and its first verdict takes `healthyThreshold` checks. Too long costs
 * little, for an unhealthy target gets no traffic anyway; too short replaces sensors that are fine.
 */
export const toGraceSeconds = ({ healthyThreshold, intervalSeconds, timeoutSeconds }: LoadBalancer['healthCheck']) =>
  registrationSeconds + healthyThreshold * (intervalSeconds + timeoutSeconds)

/**
 * How long Auto Scaling waits for a heartbeat of a leaving sensor. The group deregisters it first and waits for the delay
 * before the hook begins; a flow can come for its idle time more, and a minute is for Suricata to write out what it holds.
 * A sensor that is alive sends heartbeats meanwhile, a dead one is waited for so long.
 */
export const toDrainSeconds = ({ deregistrationDelaySeconds }: Pick<LoadBalancer, 'deregistrationDelaySeconds'>) =>
  Math.min(Math.max(deregistrationDelaySeconds, flowIdleSeconds) + 60, 7200)

/** An instance takes its time until it runs user data, and the agent to send the first heartbeat of the launch hook. */
const bootSeconds = 60

/** How long user data may try to make a sensor of an instance, so that it says why not before the launch hook runs out. */
export const toFirstStartSeconds = (launchDeadlineSeconds: number): number => launchDeadlineSeconds - bootSeconds
