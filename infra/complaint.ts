import { type Static, type TSchema, Type } from 'typebox'
import { Settings } from 'typebox/system'
import { Value } from 'typebox/value'

/** One thing that is wrong with a description: where it is, what was given, and what is allowed there. */
export interface Complaint {
  /** `sources[0].zone` */
  readonly path: string
  /** In words, or a value as `toGot` renders it. */
  readonly got: string
  /** In words. A schema says it in its `description`, or it is derived from the schema's limits. */
  readonly allowed: string
}

export type Judged<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly complaints: string[] }

/** TypeBox stops at 8 errors unless told otherwise. A person wants the whole list; hostile input must not make it endless. */
const MAX_ERRORS = 500
const MAX_GOT_LENGTH = 80

const Described = Type.Object({ description: Type.String() })
const Listed = Type.Object({ enum: Type.Array(Type.Unknown()) })
const Constant = Type.Object({ const: Type.Unknown() })
const Ranged = Type.Object({ minimum: Type.Number(), maximum: Type.Number() })
const Counted = Type.Object({ minItems: Type.Number(), maxItems: Type.Number() })
const Typed = Type.Object({ type: Type.String() })
const WithProperties = Type.Object({ properties: Type.Record(Type.String(), Type.Unknown()) })

/** What a schema allows, in words. The first that fits is taken. */
function toAllowed(schema: unknown): string {
  if (Value.Check(Described, schema)) return schema.description
  if (Value.Check(Listed, schema)) return schema.enum.map((choice) => JSON.stringify(choice)).join(' or ')
  if (Value.Check(Constant, schema)) return JSON.stringify(schema.const)
  if (Value.Check(Ranged, schema)) return `${toTypeName(schema)}${schema.minimum}..${schema.maximum}`
  if (Value.Check(Counted, schema)) return `a list of ${schema.minItems}..${schema.maxItems}`
  return Value.Check(Typed, schema) ? `a value of type ${schema.type}` : 'something else'
}

const toTypeName = (schema: unknown): string =>
  Value.Check(Typed, schema) && schema.type === 'integer' ? 'an integer of ' : ''

const toFields = (schema: unknown): string =>
  Value.Check(WithProperties, schema) ? Object.keys(schema.properties).join(', ') : 'no other fields'

/** `/sources/0/zone` to `sources[0].zone`; the root is `.`. */
function toPath(pointer: string, field?: string): string {
  const keys = pointer.split('/').slice(1)
  const all = field === undefined ? keys : [...keys, field]
  const path = all.reduce((text, key) => (/^\d+$/.test(key) ? `${text}[${key}]` : `${text}.${key}`), '')
  return path === '' ? '.' : path.replace(/^\./, '')
}

/** A value as a complaint shows it: JSON, cut off where it would flood the terminal. */
export function toGot(value: unknown): string {
  const given = JSON.stringify(value) ?? typeof value
  return given.length > MAX_GOT_LENGTH ? `${given.slice(0, MAX_GOT_LENGTH)}...` : given
}

export const complain = (path: string, got: unknown, allowed: string): Complaint => ({ path, got: toGot(got), allowed })

/** Complains about each value that stood before it in the list. */
export const judgeUnique = (
  values: readonly unknown[],
  toPath: (index: number) => string,
  allowed: string,
): Complaint[] =>
  values.flatMap((value, index) => (values.indexOf(value) < index ? [complain(toPath(index), value, allowed)] : []))

const toSentence = ({ path, got, allowed }: Complaint): string => `${path}: got ${got}, allowed is ${allowed}`

function readErrors(schema: TSchema, value: unknown) {
  const { maxErrors } = Settings.Get()
  Settings.Set({ maxErrors: MAX_ERRORS })
  try {
    return Value.Errors(schema, value)
  } finally {
    Settings.Set({ maxErrors })
  }
}

function toComplaints(schema: TSchema, value: unknown): Complaint[] {
  return readErrors(schema, value).flatMap((error): Complaint[] => {
    const place = Value.Pointer.Get(schema, error.schemaPath.slice(1))
    // A forbidden field is reported by itself ('boolean': its schema is `false`) and once more with the others beside it.
    if (error.keyword === 'additionalProperties') return []
    if (error.keyword === 'boolean') {
      const parent = Value.Pointer.Get(schema, error.schemaPath.slice(1).replace(/\/additionalProperties$/, ''))
      return [{ path: toPath(error.instancePath), got: 'an unknown field', allowed: toFields(parent) }]
    }
    if (error.keyword === 'required') {
      return error.params.requiredProperties.map((field) => ({
        path: toPath(error.instancePath, field),
        got: 'nothing',
        allowed: toAllowed(Value.Pointer.Get(place, `/properties/${field}`)),
      }))
    }
    const got = toGot(error.instancePath === '' ? value : Value.Pointer.Get(value, error.instancePath))
    return [{ path: toPath(error.instancePath), got, allowed: toAllowed(place) }]
  })
}

/**
 * Holds a value from outside against its schema, then against rules that look at several fields at once.
 *
 * @param rules are asked only once every single field is right, since they compare fields.
 * @returns the value with its type, or every complaint at once, each as `<where>: got <what>, allowed is <what>`.
 */
export function judgeValue<S extends TSchema>(
  schema: S,
  value: unknown,
  rules: (value: Static<S>) => readonly Complaint[] = () => [],
): Judged<Static<S>> {
  const complaints = Value.Check(schema, value) ? rules(value) : toComplaints(schema, value)
  if (Value.Check(schema, value) && complaints.length === 0) return { ok: true, value }
  // Two limits broken by one value (a pattern and a length) are one complaint.
  return { ok: false, complaints: [...new Set(complaints.map(toSentence))] }
}
