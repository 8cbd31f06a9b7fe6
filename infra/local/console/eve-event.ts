import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import type { AuditEvent, Protocol } from './messages.ts'
import type { ConsoleSource, EveLine } from './source.ts'

const text = Type.Optional(Type.String())

/** What all events have that are about a packet. Suricata docs, "EVE JSON Format". */
const Common = Type.Object({
  timestamp: Type.String({ maxLength: 40 }),
  in_iface: text,
  src_ip: Type.String({ maxLength: 45 }),
  src_port: Type.Optional(Type.Integer()),
  dest_ip: Type.String({ maxLength: 45 }),
  dest_port: Type.Optional(Type.Integer()),
})
type Common = Static<typeof Common>

const Http = Type.Object({
  hostname: text,
  url: text,
  http_method: text,
  status: Type.Optional(Type.Integer()),
})
const Tls = Type.Object({ sni: text, version: text, subject: text })
const DnsName = Type.Object({ rrname: text, rrtype: text })
/** `query` in Suricata 7 and `request` in 8, which puts the names in a list. */
const Dns = Type.Object({
  type: Type.Enum(['query', 'request']),
  rrname: text,
  rrtype: text,
  queries: Type.Optional(Type.Array(DnsName)),
})
const Alert = Type.Object({ signature: Type.String(), severity: Type.Optional(Type.Integer()) })

const HttpEvent = Type.Object({ event_type: Type.Literal('http'), http: Http })
const TlsEvent = Type.Object({ event_type: Type.Literal('tls'), tls: Tls })
const DnsEvent = Type.Object({ event_type: Type.Literal('dns'), dns: Dns })
const AlertEvent = Type.Object({ event_type: Type.Literal('alert'), alert: Alert })
/** What an alert may have of its transaction. Of DNS Suricata 7 lists the names under `query`, 8 under `queries`. */
const AlertHttp = Type.Object({ http: Type.Object({ hostname: Type.String() }) })
const AlertTls = Type.Object({ tls: Type.Object({ sni: Type.String() }) })
const AlertDns = Type.Object({
  dns: Type.Object({ query: Type.Optional(Type.Array(DnsName)), queries: Type.Optional(Type.Array(DnsName)) }),
})

type Content = Pick<AuditEvent, 'host' | 'detail'> & { readonly protocol: Protocol }

const words = (...parts: readonly (string | number | undefined)[]): string =>
  parts.filter((part) => part !== undefined && part !== '').join(' ')

function toContent(event: unknown): Content | null {
  if (Value.Check(HttpEvent, event)) {
    const { hostname = '', http_method, url, status } = event.http
    return { protocol: 'http', host: hostname, detail: words(http_method, url, status) }
  }
  if (Value.Check(TlsEvent, event)) {
    const { sni = '', version, subject } = event.tls
    return { protocol: 'tls', host: sni, detail: words(version, subject) }
  }
  if (Value.Check(DnsEvent, event)) {
    const { rrname = '', rrtype } = event.dns.queries?.[0] ?? event.dns
    return { protocol: 'dns', host: rrname, detail: words(rrtype) }
  }
  if (Value.Check(AlertEvent, event)) {
    return { protocol: 'alert', host: toAlertHost(event), detail: event.alert.signature }
  }
  return null
}

/** Empty where the alert names none, or in a form that is not known: the alert itself must be seen. */
function toAlertHost(event: unknown): string {
  if (Value.Check(AlertHttp, event)) return event.http.hostname
  if (Value.Check(AlertTls, event)) return event.tls.sni
  if (!Value.Check(AlertDns, event)) return ''
  const [name] = event.dns.query ?? event.dns.queries ?? []
  return name?.rrname ?? ''
}

/** An attacker decides how long; a page with thousands of them must stay small. */
const mostCharacters = 256

const cut = (value: string): string => {
  // A character has two units at most, and one more than may stay shows that there is more.
  const characters = [...value.slice(0, 2 * (mostCharacters + 1))]
  return characters.length <= mostCharacters
    ? characters.join('')
    : `${characters.slice(0, mostCharacters - 1).join('')}…`
}

/** The devices that the kernel takes envelopes off with are named by their VNI (sensor-agent/decapsulation.ts, toDeviceName). */
const devicePattern = /^vni(\d{1,8})$/

const toDeviceVni = ({ in_iface = '' }: Common): number | null => {
  const vni = devicePattern.exec(in_iface)?.[1]
  return vni === undefined ? null : Number(vni)
}

/** Suricata writes all eight groups of an IPv6 address; RFC 5952 is what people read, and URLs have it. */
const toShortAddress = (address: string): string =>
  address.includes(':') ? (URL.parse(`http://[${address}]`)?.hostname.slice(1, -1) ?? address) : address

const toEnd = (address: string, port: number | undefined): string =>
  port === undefined
    ? toShortAddress(address)
    : address.includes(':')
      ? `[${toShortAddress(address)}]:${port}`
      : `${address}:${port}`

/**
 * One line of eve.json as an event of the page.
 * @returns null for an event of another kind, and for what is no event: a line may hold anything
 */
export function toAuditEvent(
  { sensor, text: line }: EveLine,
  toMirror: ConsoleSource['toMirror'],
): Omit<AuditEvent, 'number'> | null {
  // Most lines are stats and flows: not parsing them is several times faster.
  if (!/"event_type":"(?:http|tls|dns|alert)"/.test(line)) return null
  const event = parse(line)
  const content = toContent(event)
  if (content === null || !Value.Check(Common, event)) return null
  const mirror = toMirror([event.src_ip, event.dest_ip])
  return {
    time: event.timestamp,
    sensor,
    protocol: content.protocol,
    source: mirror?.source ?? toShortAddress(event.src_ip),
    client: toEnd(event.src_ip, event.src_port),
    server: toEnd(event.dest_ip, event.dest_port),
    vni: toDeviceVni(event) ?? mirror?.vni ?? null,
    host: cut(content.host),
    detail: cut(content.detail),
  }
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}
