/** What stands in the fields of the filter, as typed: whether it is allowed, the server says. */
export interface FilterFields {
  readonly host: string
  readonly source: string
  readonly vni: string
  readonly protocol: string
}

export const filterNames = ['host', 'source', 'vni', 'protocol'] as const
export type FilterName = (typeof filterNames)[number]

/** Query with `?`, of the fields that say something; empty when none does. */
export function toSearch(fields: FilterFields): string {
  const said = filterNames.map((name) => [name, fields[name].trim()] as const).filter(([, value]) => value !== '')
  const query = said.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&')
  return query === '' ? '' : `?${query}`
}

/** @param read of URLSearchParams: null where the name is missing */
export function toFields(read: (name: FilterName) => string | null): FilterFields {
  const of = (name: FilterName) => read(name) ?? ''
  return { host: of('host'), source: of('source'), vni: of('vni'), protocol: of('protocol') }
}

/** The field that a complaint of the server is about, by its beginning: the rest may be what was typed. */
export const toFieldOf = (complaint: string): FilterName | null =>
  filterNames.find((name) => complaint.startsWith(`${name}:`)) ?? null

/** What each field's complaint is, and under null what is about none of them. The server has one a line; no field can hold two. */
export const toComplaintsByField = (complaints: string): ReadonlyMap<FilterName | null, string> =>
  new Map([...Map.groupBy(complaints.split('\n'), toFieldOf)].map(([name, of]) => [name, of.join('; ')]))

/** An answer that refuses, in words: the server's own if it has any. */
export function toComplaint(status: number, body: string): string {
  const message = toMessage(body)
  return message === '' ? `the console answered with status ${status}` : message
}

function toMessage(body: string): string {
  try {
    const answer: unknown = JSON.parse(body)
    if (typeof answer === 'string') return answer
    if (typeof answer !== 'object' || answer === null) return ''
    if ('message' in answer && typeof answer.message === 'string') return answer.message
    return 'error' in answer && typeof answer.error === 'string' ? answer.error : ''
  } catch {
    return body.trim()
  }
}

/** What the table shows, in one line. */
export function toMatchedWords({ matched, kept }: { matched: number; kept: number }, shown: number): string {
  if (kept === 0) return 'No event yet.'
  const all = matched === kept ? `${kept} kept` : `${matched} of ${kept} kept match`
  return shown < matched ? `${all}; the newest ${shown} shown` : all
}
