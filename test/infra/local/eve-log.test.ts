import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeEveLine, readLoggedNames } from '../../../infra/local/eve-log.ts'

const http = '{"event_type":"http","http":{"hostname":"www.example.test","url":"/once/1"}}'
const tls = '{"event_type":"tls","tls":{"sni":"once-1.example.test","version":"TLS 1.3"}}'
const query = '{"event_type":"dns","dns":{"type":"query","id":7,"rrname":"once-1.dns.example.test"}}'
const answer = '{"event_type":"dns","dns":{"type":"answer","id":7,"rrname":"once-1.dns.example.test"}}'

describe('decodeEveLine', () => {
  it.each([
    [http, { kind: 'http', name: '/once/1' }],
    [tls, { kind: 'tls', name: 'once-1.example.test' }],
    [query, { kind: 'dns', name: 'once-1.dns.example.test' }],
    [answer, null],
    ['{"event_type":"stats","stats":{}}', null],
    ['{"event_type":"http","http":{}}', null],
    ['{"event_type":"tls","tls":{"version":"TLS 1.3"}}', null],
    [http.slice(0, -5), null],
    ['', null],
  ])('reads %s as %j', (line, expected) => {
    expect(decodeEveLine(line)).toEqual(expected)
  })

  it('never throws, whatever a line holds', () => {
    fc.assert(fc.property(fc.string(), (text) => decodeEveLine(`{"event_type":"http","x":${text}`) === null))
    fc.assert(
      fc.property(fc.json(), (json) => {
        decodeEveLine(`{"event_type":"http","http":${json}}`)
      }),
    )
  })
})

describe('readLoggedNames', () => {
  it('counts each name as often as it stands in the log, and leaves out the line still being written', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'eve-log-'))
    try {
      await writeFile(join(folder, 'eve.json'), [http, http, tls, query, answer, query.slice(0, 20)].join('\n'))
      const names = await readLoggedNames(join(folder, 'eve.json'))
      expect(names.http).toEqual(new Map([['/once/1', 2]]))
      expect(names.tls).toEqual(new Map([['once-1.example.test', 1]]))
      expect(names.dns).toEqual(new Map([['once-1.dns.example.test', 1]]))
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it('finds nothing in a log that does not exist yet', async () => {
    expect((await readLoggedNames('/nonexistent/eve.json')).http.size).toBe(0)
  })
})
