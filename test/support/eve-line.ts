/** Lines of an eve.json as Suricata 7.0.10 writes them: field by field as captured, with the given values in their places. */
export interface EveGiven {
  readonly client?: string
  /** Host header, SNI, or name asked for. */
  readonly host?: string
  readonly time?: string
}

/** What stands there when a test does not care. */
const toGiven = (host: string, given: EveGiven) => ({
  ...{ client: '10.0.1.10', host, time: '2026-11-26T11:14:18.112711+0000' },
  ...given,
})

const toCommon = (type: string, protocol: string, port: number, { client, time }: Required<EveGiven>) => ({
  ...{ timestamp: time, flow_id: 752055394857754, in_iface: 'eth0', event_type: type },
  ...{ src_ip: client, src_port: 57586, dest_ip: '192.0.2.1', dest_port: port, proto: protocol },
  pkt_src: 'wire/pcap',
})
const toHttp = (host: string) => ({
  ...{ hostname: host, url: '/', http_user_agent: 'curl/7.88.1', http_content_type: 'text/html' },
  ...{ http_method: 'GET', protocol: 'HTTP/1.1', status: 200, length: 3 },
})

/** Each kind that the console shows, and one that it does not. */
export const eveLine = {
  http: (parts: EveGiven = {}): string => {
    const given = toGiven('shop.example', parts)
    return JSON.stringify({ ...toCommon('http', 'TCP', 80, given), tx_id: 0, http: toHttp(given.host) })
  },
  tls: (parts: EveGiven = {}): string => {
    const given = toGiven('api.example', parts)
    return JSON.stringify({ ...toCommon('tls', 'TCP', 443, given), tls: { sni: given.host, version: 'TLS 1.3' } })
  },
  dns: (parts: EveGiven = {}): string => {
    const given = toGiven('updates.example', parts)
    const dns = { version: 2, type: 'query', id: 7, rrname: given.host, rrtype: 'A', tx_id: 0, opcode: 0 }
    return JSON.stringify({ ...toCommon('dns', 'UDP', 53, given), dns })
  },
  alert: (parts: EveGiven = {}): string => {
    const given = toGiven('shop.example', parts)
    const alert = {
      ...{ action: 'allowed', gid: 1, signature_id: 9000001, rev: 1, signature: 'MIRROR-FLEET test /alarm' },
      ...{ category: '', severity: 3 },
    }
    return JSON.stringify({
      ...toCommon('alert', 'TCP', 80, given),
      ...{ tx_id: 0, alert, http: toHttp(given.host), app_proto: 'http', direction: 'to_server' },
    })
  },
  dnsAnswer: (parts: EveGiven = {}): string => {
    const given = toGiven('updates.example', parts)
    const dns = {
      ...{ version: 2, type: 'answer', id: 7, flags: '8180', qr: true, rd: true, ra: true, opcode: 0 },
      ...{ rrname: given.host, rrtype: 'A', rcode: 'NOERROR', grouped: { A: ['192.0.2.1'] } },
      answers: [{ rrname: given.host, rrtype: 'A', ttl: 60, rdata: '192.0.2.1' }],
    }
    return JSON.stringify({ ...toCommon('dns', 'UDP', 53, given), dns })
  },
}
