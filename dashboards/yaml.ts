export type Yaml = string | number | boolean | readonly Yaml[] | { readonly [key: string]: Yaml | undefined }

/**
 * A document in block style, for files that people go on to edit. Every string is quoted as in JSON, whose strings are
 * YAML's double-quoted ones (YAML 1.2 §1.3), so no value can turn into a number, a null or a comment.
 * @param comment lines above it
 */
export function toYaml(document: Yaml, comment: readonly string[] = []): string {
  const lines = typeof document === 'object' ? toLines(document) : [JSON.stringify(document)]
  return [...comment.map((line) => `# ${line}`.trimEnd()), ...lines, ''].join('\n')
}

type Collection = Extract<Yaml, object>
const isList = (value: Collection): value is readonly Yaml[] => Array.isArray(value)

/** What has no value is left out, as JSON does. */
const toEntries = (value: Exclude<Collection, readonly Yaml[]>) =>
  Object.entries(value).flatMap(([key, part]) => (part === undefined ? [] : [[key, part] as const]))

function toLines(value: Collection): string[] {
  if (isList(value)) return value.length === 0 ? ['[]'] : value.flatMap(toItem)
  const entries = toEntries(value)
  return entries.length === 0 ? ['{}'] : entries.flatMap(([key, part]) => toEntry(toKey(key), part))
}

const toKey = (key: string): string =>
  /^[a-z_]\w*$/i.test(key) && !/^(?:y|n|yes|no|on|off|true|false|null)$/i.test(key) ? key : JSON.stringify(key)
const isBlock = (value: Yaml): value is Collection =>
  typeof value === 'object' && (isList(value) ? value : toEntries(value)).length > 0
const toInline = (value: Yaml): string => (typeof value === 'object' ? toLines(value).join('') : JSON.stringify(value))
const indent = (line: string): string => `  ${line}`

function toItem(value: Yaml): string[] {
  if (!isBlock(value)) return [`- ${toInline(value)}`]
  const [first = '', ...rest] = toLines(value)
  return [`- ${first}`, ...rest.map(indent)]
}

const toEntry = (key: string, value: Yaml): string[] =>
  isBlock(value) ? [`${key}:`, ...toLines(value).map(indent)] : [`${key}: ${toInline(value)}`]
