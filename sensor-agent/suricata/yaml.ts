/** One line of a YAML mapping: key, value, and why the value is not the engine's default (rendered as a comment above). */
export type Row = readonly [key: string, value: Value, why?: string]
type Value = string | number | boolean | Rows | List
type Rows = { readonly rows: readonly Row[] }
type List = { readonly list: readonly (string | Rows)[] }

export const rows = (...lines: readonly Row[]): Rows => ({ rows: lines })
export const list = (...items: readonly (string | Rows)[]): List => ({ list: items })

/**
 * Renders a mapping as YAML 1.1. Text is always double-quoted as JSON, which YAML reads the same way (YAML 1.2 section
 * 1.3 names it a subset), so nothing in a path or an address can end the scalar and start a key of its own.
 */
export const toYaml = (lines: readonly Row[]): string => `${toLines(lines).join('\n')}\n`

/** What the engine reads of it: a reason that is worded anew changes no engine. Text is quoted, so `#` starts a comment. */
export const withoutComments = (yaml: string): string => yaml.replaceAll(/^ *#.*\n/gm, '')

const toLines = (lines: readonly Row[]): readonly string[] =>
  lines.flatMap(([key, value, why]) => [...toComment(why), ...toEntry(key, value)])

const toComment = (why: string | undefined): readonly string[] => (why === undefined ? [] : [`# ${why}`])

function toEntry(key: string, value: Value): readonly string[] {
  if (typeof value !== 'object') return [`${key}: ${toScalar(value)}`]
  if ('rows' in value) return [`${key}:`, ...indent(toLines(value.rows))]
  return [`${key}:`, ...indent(value.list.flatMap(toItem))]
}

function toItem(item: string | Rows): readonly string[] {
  if (typeof item === 'string') return [`- ${toScalar(item)}`]
  return ['-', ...indent(toLines(item.rows))]
}

const indent = (lines: readonly string[]): readonly string[] => lines.map((line) => `  ${line}`)

/** Suricata spells its booleans yes and no. */
const toScalar = (value: string | number | boolean): string =>
  typeof value === 'boolean' ? (value ? 'yes' : 'no') : JSON.stringify(value)
