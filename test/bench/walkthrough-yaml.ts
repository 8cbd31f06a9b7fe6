/**
 * The distribution's suricata.yaml with what the walkthrough switches on in it: http-log with its own format, tls-log,
 * http-body-data; fast and eve-log are on as shipped. Everything else stays, so capture is the `default` entry of
 * af-packet: threads `auto`, the engine's own ring.
 *
 * @param distribution text of /etc/suricata/suricata.yaml
 * @param socketPath the command socket: several engines share this machine
 * @throws when the file has not the lines that are to be changed
 */
export const toWalkthroughYaml = (distribution: string, socketPath: string): string =>
  edits(socketPath).reduce((text, edit) => applyEdit(text, edit), distribution)

interface Edit {
  /** The line that opens the section. */
  readonly section: string
  readonly line: RegExp
  readonly becomes: string
}

const edits = (socketPath: string): readonly Edit[] => [
  { section: '  - http-log:', line: /enabled: no\b.*/, becomes: 'enabled: yes' },
  { section: '  - http-log:', line: /#extended: yes.*/, becomes: 'extended: yes' },
  { section: '  - http-log:', line: /#custom: yes.*/, becomes: 'custom: yes' },
  { section: '  - http-log:', line: /#customformat:/, becomes: 'customformat:' },
  { section: '  - tls-log:', line: /enabled: no\b.*/, becomes: 'enabled: yes' },
  { section: '  - http-body-data:', line: /enabled: no\b.*/, becomes: 'enabled: yes' },
  { section: 'unix-command:', line: /filename: .*/, becomes: `filename: ${JSON.stringify(socketPath)}` },
]

/** Changes the first such line of the section, which must stand within the next lines. */
function applyEdit(text: string, { section, line, becomes }: Edit): string {
  const start = text.indexOf(`\n${section}\n`) + 1
  const body = text.slice(start).split('\n').slice(0, sectionLines).join('\n')
  if (start === 0 || !line.test(body)) {
    throw new Error(
      `suricata.yaml has no ${line} below "${section.trim()}"; this wants the file of Suricata 7 as shipped`,
    )
  }
  return `${text.slice(0, start)}${body.replace(line, () => becomes)}${text.slice(start + body.length)}`
}

const sectionLines = 8
