import { type EventFilter, protocols } from './messages.ts'

const mostCharacters = 256
/** RFC 7348: 24 bits. */
const mostVni = 0xff_ffff

export type DecodedQuery =
  | { readonly ok: true; readonly filter: EventFilter }
  | { readonly ok: false; readonly complaints: readonly string[] }

const known = ['host', 'source', 'vni', 'protocol']

/** Reads the query of `/api/events`; empty fields let all through. @returns the filter, or all that is wrong with it */
export function decodeEventQuery(query: URLSearchParams): DecodedQuery {
  const value = (name: string): string | undefined => query.get(name)?.trim() || undefined
  const [host, source, vni, protocol] = [value('host'), value('source'), value('vni'), value('protocol')]
  const wanted = protocols.find((one) => one === protocol)
  const complaints = [
    ...[...new Set(query.keys())]
      .filter((name) => !known.includes(name))
      .map((name) => `got "${name.slice(0, 40)}", allowed are ${known.join(', ')}`),
    ...known.filter((name) => query.getAll(name).length > 1).map((name) => `${name}: given twice, allowed is once`),
    ...Object.entries({ host, source })
      .filter(([, text]) => [...(text ?? '')].length > mostCharacters)
      .map(([name]) => `${name}: allowed are ${mostCharacters} characters`),
    ...(vni === undefined || (/^\d{1,8}$/.test(vni) && Number(vni) <= mostVni)
      ? []
      : [`vni: got "${vni.slice(0, 40)}", allowed is 0..${mostVni}`]),
    ...(protocol === undefined || wanted !== undefined
      ? []
      : [`protocol: got "${protocol.slice(0, 40)}", allowed is ${protocols.join(', ')}`]),
  ]
  if (complaints.length > 0) return { ok: false, complaints }
  return {
    ok: true,
    filter: {
      ...(host === undefined ? {} : { host }),
      ...(source === undefined ? {} : { source }),
      ...(vni === undefined ? {} : { vni: Number(vni) }),
      ...(wanted === undefined ? {} : { protocol: wanted }),
    },
  }
}
