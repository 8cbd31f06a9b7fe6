import { Type } from 'typebox'
import { labelValues } from '../metrics.ts'

// `enum` beside a type: the serializer then writes the string as it is. A union would run a validator per alternative.
const Status = Type.Unsafe<(typeof labelValues.status)[number]>({ type: 'string', enum: labelValues.status })
const Reason = Type.Unsafe<(typeof labelValues.reason)[number]>({ type: 'string', enum: labelValues.reason })

/** A verdict in JSON. `observed` and `limit` are in the unit of the reason: seconds, a ratio 0..1 or a count. */
export const Readiness = Type.Object({
  status: Status,
  ready: Type.Boolean(),
  findings: Type.Array(Type.Object({ reason: Reason, status: Status, observed: Type.Number(), limit: Type.Number() })),
})
