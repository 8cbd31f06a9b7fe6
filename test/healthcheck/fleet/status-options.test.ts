import { describe, expect, it } from 'vitest'
import { parseStatusOptions, type StatusOptions, usage } from '../../../healthcheck/fleet/status-options.ts'
import { toNames } from '../../../infra/aws/aws-fleet.ts'
import { defaultFleet } from '../../../infra/fleet.ts'

const arn = 'arn:aws-cn:elasticloadbalancing:cn-north-1:111122223333:targetgroup/web-sensors/0123456789abcdef'

function options(...args: string[]): StatusOptions {
  const parsed = parseStatusOptions(args)
  if (!parsed.ok) throw new Error(parsed.complaints.join('\n'))
  return parsed.options
}

function complaints(...args: string[]): readonly string[] {
  const parsed = parseStatusOptions(args)
  return parsed.ok ? [] : parsed.complaints
}

describe('the options of fleet status', () => {
  it('name the group as its stack does', () => {
    expect(options().group).toBe(toNames(defaultFleet).autoScalingGroup)
    expect(options('--name', 'web').group).toBe(toNames({ name: 'web' }).autoScalingGroup)
    expect(options('--group', 'Some_Group').group).toBe('Some_Group')
  })

  it('have defaults that read a fleet of ours', () => {
    expect(options()).toMatchObject({
      json: false,
      region: null,
      targetGroupArn: null,
      port: 9100,
      deadlineSeconds: 30,
    })
    expect(
      options('--target-group', arn, '--port=9200', '--deadline', '600', '--region', 'us-gov-west-1', '--json'),
    ).toMatchObject({ targetGroupArn: arn, port: 9200, deadlineSeconds: 600, region: 'us-gov-west-1', json: true })
  })

  it.each([
    [['--port', '0'], '--port: got "0", allowed is 1..65535'],
    [['--port', '65536'], '--port: got "65536", allowed is 1..65535'],
    [['--deadline'], '--deadline: got nothing, allowed is 1..600'],
    [['--region', 'Frankfurt'], '--region: got "Frankfurt", allowed is an AWS region, such as eu-central-1'],
    [['--name', 'a', '--group', 'b'], '--group: got it beside --name, allowed is one of the two'],
    [['--name', 'a', '--name', 'b'], '--name: given twice, allowed is once'],
    [['--json=yes'], '--json: got a value, takes none'],
    [['now'], 'now: unexpected argument; options start with --'],
  ])('%j is refused with what is allowed', (args, complaint) => {
    expect(complaints(...args)).toEqual([complaint])
  })

  it('are all complained about at once', () => {
    expect(complaints('--port', 'x', '--target-group', 'web', '--nme')).toHaveLength(3)
  })

  it('are all explained by --help', () => {
    const known = complaints('--nme')[0]?.match(/--[a-z-]+(?=,|$)/g) ?? []
    expect(known.length).toBeGreaterThan(7)
    for (const name of known) expect(usage).toContain(`  ${name}`)
  })
})
