import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { Type } from 'typebox'
import { Value } from 'typebox/value'

/** How often each request was logged, by the name that identifies it: URL, SNI, or query name. */
export interface LoggedNames {
  readonly http: ReadonlyMap<string, number>
  readonly tls: ReadonlyMap<string, number>
  /** Queries only: the answer to one is an event of its own, maybe at another sensor (resolver replies have one port). */
  readonly dns: ReadonlyMap<string, number>
}

const HttpEvent = Type.Object({ event_type: Type.Literal('http'), http: Type.Object({ url: Type.String() }) })
const TlsEvent = Type.Object({ event_type: Type.Literal('tls'), tls: Type.Object({ sni: Type.String() }) })
const DnsQuery = Type.Object({
  event_type: Type.Literal('dns'),
  dns: Type.Object({ type: Type.Literal('query'), rrname: Type.String() }),
})

export type NamedEvent = { readonly kind: keyof LoggedNames; readonly name: string }

/** One line of eve.json. Null for an event of another kind, and for a line that is still being written. */
export function decodeEveLine(line: string): NamedEvent | null {
  // Most lines are stats and flows: not parsing them makes reading a large log several times faster.
  if (!/"event_type":"(?:http|tls|dns)"/.test(line)) return null
  let event: unknown
  try {
    event = JSON.parse(line)
  } catch {
    return null
  }
  if (Value.Check(HttpEvent, event)) return { kind: 'http', name: event.http.url }
  if (Value.Check(TlsEvent, event)) return { kind: 'tls', name: event.tls.sni }
  if (Value.Check(DnsQuery, event)) return { kind: 'dns', name: event.dns.rrname }
  return null
}

/** Counts the names in one sensor's eve.json; a log that does not exist yet holds none. */
export async function readLoggedNames(path: string): Promise<LoggedNames> {
  const names = { http: new Map<string, number>(), tls: new Map<string, number>(), dns: new Map<string, number>() }
  const lines = createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })
  try {
    for await (const line of lines) {
      const event = decodeEveLine(line)
      if (event) names[event.kind].set(event.name, (names[event.kind].get(event.name) ?? 0) + 1)
    }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
  }
  return names
}
