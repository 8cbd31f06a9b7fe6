import type { SuricataSettings } from './suricata-settings.ts'
import { list, type Row, rows } from './yaml.ts'

/** The walkthrough's format: time, X-Forwarded-For, protocol, method, host, URL, status, body length, addresses. */
export const httpLogFormat = '%{%D-%H:%M:%S}t.%z %{X-Forwarded-For}i %H %m %h %u %s %B %a:%p -> %A:%P'

const file = (name: string, ...more: readonly Row[]) =>
  rows(['enabled', true], ['filename', name], ['append', true], ...more)

const resumption = 'A resumed connection is one more connection; without it there is no line of it.'
const bothWays: readonly Row[] = [
  ['requests', true, 'The reply may reach another sensor, so either stands for itself.'],
  ['responses', true],
]
const totalsOnly: readonly Row[] = [
  ['totals', true],
  ['threads', false, 'A line a second: the threads are asked for at the command socket.'],
  ['deltas', false, 'Whoever reads totals can subtract; a lost line of deltas cannot be made up for.'],
]

/** The walkthrough's five outputs. */
export const outputs: readonly Row[] = [
  ['fast', file('fast.log')],
  [
    'http-log',
    file(
      'http.log',
      ['extended', true],
      ['custom', true],
      ['customformat', httpLogFormat, "The walkthrough's, to the letter: its readers go by position."],
    ),
  ],
  [
    'tls-log',
    file(
      'tls.log',
      ['extended', true, 'Without it there is no server name in the line.'],
      ['session-resumption', true, resumption],
    ),
  ],
  ['tls-store', rows(['enabled', false, 'Named, because tls-log alone also starts the certificate store of old.'])],
  [
    'http-body-data',
    rows(['enabled', true, "The walkthrough's http-data.log."], ['type', 'file'], ['filename', 'http-data.log']),
  ],
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
          rows(['http', rows(['extended', true, 'Host, user agent and referer are in the event.'])]),
          rows([
            'tls',
            rows(
              ['extended', true, 'Name, versions and fingerprints are in the event.'],
              ['session-resumption', true, resumption],
            ),
          ]),
          rows(['dns', rows(['version', 2, 'Suricata 8 would write 3: one shape for both.'], ...bothWays)]),
          'flow',
          rows(['stats', rows(...totalsOnly)]),
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
