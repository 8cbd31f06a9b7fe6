import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import { Target } from './configuration.ts'

/** Messages between a load balancer and the process that started it, over the IPC channel of node:child_process. */

/** Chosen by the asker; the answer carries it back. */
const requestId = Type.Integer({ minimum: 0 })
const closed = { additionalProperties: false } as const

/** Parent to load balancer. Each is answered by exactly one Answer. */
export const Request = Type.Union([
  Type.Object({ type: Type.Literal('describe'), requestId }, closed),
  Type.Object({ type: Type.Literal('register'), requestId, target: Target }, closed),
  Type.Object({ type: Type.Literal('deregister'), requestId, id: Type.String({ maxLength: 63 }) }, closed),
])
export type Request = Static<typeof Request>

const TargetHealth = Type.Object({
  id: Type.String(),
  zone: Type.String(),
  address: Type.String(),
  state: Type.Enum(['initial', 'healthy', 'unhealthy', 'draining', 'unused']),
  reasonCode: Type.Union([
    Type.Null(),
    Type.Enum([
      'Elb.RegistrationInProgress',
      'Elb.InitialHealthChecking',
      'Target.ResponseCodeMismatch',
      'Target.Timeout',
      'Target.FailedHealthChecks',
      'Target.DeregistrationInProgress',
      'Target.NotRegistered',
    ]),
  ]),
})
export type TargetHealth = Static<typeof TargetHealth>

/** The states at the time of the request, answered once the routing that follows from them is in force. */
const Description = Type.Object({
  type: Type.Literal('description'),
  requestId,
  /** Packets are counted since the target was registered. */
  targets: Type.Array(Type.Evaluate(Type.Intersect([TargetHealth, Type.Object({ forwardedPackets: Type.Integer() })]))),
  failOpen: Type.Boolean(),
  /** Sent to the load balancer's address and port. */
  receivedPackets: Type.Integer(),
  /** Passed on to any target. */
  forwardedPackets: Type.Integer(),
  /** Dropped because the group has no target. */
  noTargetPackets: Type.Integer(),
})
export type Description = Static<typeof Description>

const Answer = Type.Union([
  Description,
  Type.Object({ type: Type.Literal('done'), requestId }),
  /** Nothing was changed. */
  Type.Object({ type: Type.Literal('refused'), requestId, reason: Type.String() }),
])
export type Answer = Static<typeof Answer>

/** Pushed after each change of state or reason code, once the routing that follows from it is in force. */
const Changed = Type.Object({ type: Type.Literal('changed'), target: TargetHealth, failOpen: Type.Boolean() })
export type Changed = Static<typeof Changed>

/** Load balancer to parent. `ready` comes once: from then on traffic is passed on. */
export const Message = Type.Union([Answer, Changed, Type.Object({ type: Type.Literal('ready') })])
export type Message = Static<typeof Message>

/** @returns null for what is not a request */
export const decodeRequest = (raw: unknown): Request | null => (Value.Check(Request, raw) ? raw : null)

/** @returns null for what is not a message */
export const decodeMessage = (raw: unknown): Message | null => (Value.Check(Message, raw) ? raw : null)
