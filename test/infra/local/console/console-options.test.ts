import { describe, expect, it } from 'vitest'
import { type ConsoleOptions, parseConsoleOptions, usage } from '../../../../infra/local/console/console-options.ts'

function options(...args: string[]): ConsoleOptions {
  const parsed = parseConsoleOptions(args)
  if (!parsed.ok) throw new Error(parsed.complaints.join('\n'))
  return parsed.options
}

function complaints(...args: string[]): readonly string[] {
  const parsed = parseConsoleOptions(args)
  return parsed.ok ? [] : parsed.complaints
}

const address = 'the address of a Prometheus without user and query, such as http://127.0.0.1:9090'

describe('the options of fleet console', () => {
  it('have defaults that show a fleet of ours', () => {
    expect(options()).toEqual({
      ...{ help: false, json: false, fleet: 'mirror-fleet', group: 'mirror-fleet-sensors', region: null },
      ...{ targetGroupArn: null, port: 9100, listenPort: 8080, prometheus: null, intervalSeconds: 10 },
    })
  })

  it('name the fleet as it was given', () => {
    expect(options('--name', 'web')).toMatchObject({ fleet: 'web', group: 'web-sensors' })
    expect(options('--group', 'Some_Group')).toMatchObject({ fleet: 'Some_Group', group: 'Some_Group' })
  })

  it.each([
    ['http://127.0.0.1:9090', 'http://127.0.0.1:9090'],
    ['https://prometheus.example.com/', 'https://prometheus.example.com'],
    ['http://[::1]:9090/behind/a-proxy/', 'http://[::1]:9090/behind/a-proxy'],
  ])('take %s for a Prometheus', (given, prometheus) => {
    expect(options('--prometheus', given)).toMatchObject({ prometheus })
  })

  it.each([
    [['--listen', '65536'], '--listen: got "65536", allowed is 0..65535'],
    [['--listen=-1'], '--listen: got "-1", allowed is 0..65535'],
    [['--interval', '4'], '--interval: got "4", allowed is 5..300'],
    [['--interval', '301'], '--interval: got "301", allowed is 5..300'],
    [['--prometheus', 'file:///etc/passwd'], `--prometheus: got "file:///etc/passwd", allowed is ${address}`],
    [['--prometheus', 'http://user:word@host'], `--prometheus: got "http://user:word@host", allowed is ${address}`],
    [['--prometheus', 'http://host?a=b'], `--prometheus: got "http://host?a=b", allowed is ${address}`],
    [['--prometheus', 'http://host:99999'], `--prometheus: got "http://host:99999", allowed is ${address}`],
    [['--port', '0'], '--port: got "0", allowed is 1..65535'],
    [['--region', 'Frankfurt'], '--region: got "Frankfurt", allowed is an AWS region, such as eu-central-1'],
    [['--json=yes'], '--json: got a value, takes none'],
    [['now'], 'now: unexpected argument; options start with --'],
  ])('%j is refused with what is allowed', (args, complaint) => {
    expect(complaints(...args)).toContain(complaint)
  })

  it('are all complained about at once', () => {
    expect(complaints('--interval', 'x', '--prometheus', 'web', '--deadline=3')).toHaveLength(3)
  })

  it('are all explained by --help', () => {
    const known = complaints('--nme')[0]?.match(/--[a-z-]+(?=,|$)/g) ?? []
    expect(known.length).toBeGreaterThan(9)
    for (const name of known) expect(usage).toContain(`  ${name}`)
  })
})
