import type { SuricataSettings } from './suricata-settings.ts'
import { list, type Row, rows } from './yaml.ts'

/** The walkthrough's format: time, X-Forwarded-For, protocol, method, host, URL, status, body length, addresses. */
export const httpLogFormat = '%{%D-%H:%M:%S}t.%z %{X-Forwarded-For}i %H %m %h %u %s %B %a:%p -> %A:%P'

const file = (name: string, ...more: readonly Row[]) =>
  rows(['enabled', true], ['filename', name], ['append', true], ...more)

/** The walkthrough's five outputs. */
export const outputs: readonly Row[] = [
  ['fast', file('fast.log')],
  ['http-log', file('http.log', ['extended', true], ['custom', true], ['customformat', httpLogFormat])],
  [
    'tls-log',
    file(
      'tls.log',
      ['extended', true, 'Without it there is no server name in the line.'],
      ['session-resumption', true],
    ),
  ],
  ['tls-store', rows(['enabled', false, 'Named, because tls-log alone also starts the certificate store of old.'])],
  ['http-body-data', rows(['enabled', true], ['type', 'file'], ['filename', 'http-data.log'])],
  [
    'eve-log',
    rows(
      ['enabled', true],
      ['filetype', 'regular'],
      ['filename', 'eve.json'],
      [
        'types',
        list(
          'alert',
          rows(['http', rows(['extended', true])]),
          rows(['tls', rows(['extended', true], ['session-resumption', true])]),
          rows(['dns', rows(['version', 2], ['requests', true], ['responses', true])]),
          'flow',
          rows(['stats', rows(['totals', true], ['threads', false], ['deltas', false])]),
        ),
      ],
    ),
  ],
]

/** The engine's log of itself. */
export function loggingRows({ engineLog }: SuricataSettings): Row[] {
  const toFile: Row = ['file', rows(['enabled', true], ['level', 'info'], ['filename', 'suricata.log'])]
  const errors: Row = [
    'console',
    rows(['enabled', true], ['level', 'error', 'The agent quotes them when the engine ends.']),
  ]
  const json: Row = ['console', rows(['enabled', true], ['type', 'json'])]
  return [
    ['default-log-level', 'notice'],
    ['outputs', list(...(engineLog === 'file' ? [toFile, errors] : [json]).map((output) => rows(output)))],
  ]
}
