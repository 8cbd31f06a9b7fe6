import { describe, expect, it } from 'vitest'
import { toWalkthroughYaml } from './walkthrough-yaml.ts'

const shipped = `outputs:
  - http-log:
      enabled: no
      filename: http.log
      append: yes
      #extended: yes     # enable this
      #custom: yes       # enable the custom format
      #customformat: "%{%D-%H:%M:%S}t.%z %a:%p"
  - tls-log:
      enabled: no  # Log TLS connections.
      filename: tls.log
  - http-body-data:
      enabled: no
      type: file
  - lua:
      enabled: no
unix-command:
  enabled: yes
  filename: /var/run/suricata-command.socket
`

describe("the walkthrough's configuration", () => {
  it("is the distribution's with three outputs on and a command socket of its own", () => {
    expect(toWalkthroughYaml(shipped, '/tmp/a/$&.socket')).toBe(`outputs:
  - http-log:
      enabled: yes
      filename: http.log
      append: yes
      extended: yes
      custom: yes
      customformat: "%{%D-%H:%M:%S}t.%z %a:%p"
  - tls-log:
      enabled: yes
      filename: tls.log
  - http-body-data:
      enabled: yes
      type: file
  - lua:
      enabled: no
unix-command:
  enabled: yes
  filename: "/tmp/a/$&.socket"
`)
  })

  it('refuses a file that lacks a section, rather than measure something else', () => {
    expect(() => toWalkthroughYaml(shipped.replace('- tls-log:', '- tls:'), '/tmp/s')).toThrow('tls-log')
    expect(() => toWalkthroughYaml(shipped.replace('      #custom: yes', '      #other: yes'), '/tmp/s')).toThrow(
      'custom',
    )
  })
})
