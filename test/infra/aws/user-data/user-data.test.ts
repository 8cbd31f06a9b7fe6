import { execFileSync, spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { Stack, Token } from 'aws-cdk-lib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { agentNodeFlags } from '../../../../infra/agent-bundle.ts'
import { toUserData, type UserDataSettings } from '../../../../infra/aws/user-data/user-data.ts'
import { createAwsApp } from '../../../support/aws-app.ts'

const folder = new URL('../../../../infra/aws/user-data/', import.meta.url)
const scripts = readdirSync(folder).filter((name) => name.endsWith('.sh'))

const plain: UserDataSettings = {
  assetUrl: 'https://fleet-assets.s3.us-east-1.amazonaws.com/0123.zip',
  region: 'us-east-1',
  autoScalingUrl: 'https://autoscaling.us-east-1.amazonaws.com/',
  deadlineSeconds: 600,
  environment: { SENSOR_HTTP_PORT: '9100' },
  ownImage: false,
}

/** What a shell makes of the settings: the agent's `--check` gets them so. */
function readSettings(userData: string): Readonly<Record<string, string>> {
  const head = userData.slice(0, userData.indexOf('\n# Makes a sensor'))
  const script = `${head}\nset -o allexport; source <(settings); exec env --null`
  const text = execFileSync('bash', ['-c', script], {
    encoding: 'utf8',
    // A shell that has a socket for its input reads its user's start-up file.
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH },
  })
  return Object.fromEntries(
    text.split('\0').map((row) => [row.slice(0, row.indexOf('=')), row.slice(row.indexOf('=') + 1)]),
  )
}

describe('user data', () => {
  it('is what cloud-init runs, and leaves half of the 16 KB that EC2 takes to long settings', () => {
    const text = toUserData(plain)
    expect(text).toMatch(/^#!\/bin\/bash\n/)
    expect(Buffer.byteLength(text)).toBeLessThan(8 * 1024)
  })

  it.each(scripts)('%s is well-formed', (name) => {
    expect(() => execFileSync('bash', ['-n', name], { cwd: folder, stdio: 'pipe' })).not.toThrow()
  })

  it('hands the agent its environment, its region and the flags that keep it small', () => {
    expect(readSettings(toUserData(plain))).toMatchObject({
      SENSOR_HTTP_PORT: '9100',
      AWS_REGION: 'us-east-1',
      AGENT_NODE_FLAGS: agentNodeFlags.join(' '),
      MALLOC_ARENA_MAX: '1',
    })
  })

  it('hands on every value as it is, or refuses it', () => {
    const name = fc.stringMatching(/^SENSOR_[A-Z]{1,10}$/)
    fc.assert(
      fc.property(fc.dictionary(name, fc.string({ unit: 'grapheme' }), { minKeys: 1, maxKeys: 4 }), (environment) => {
        const values = Object.values(environment).join('')
        if (/['"\\\p{Cc}]/u.test(values)) expect(() => toUserData({ ...plain, environment })).toThrow(/cannot hold/)
        else expect(readSettings(toUserData({ ...plain, environment }))).toMatchObject(environment)
      }),
      { numRuns: 50 },
    )
  })

  it('names every setting that it refuses', () => {
    const environment = { SENSOR_ID: "it's", 'lower case': 'x', SENSOR_ZONE: 'a\nb' }
    expect(() => toUserData({ ...plain, environment })).toThrow(
      `user data cannot hold "SENSOR_ID=it's", "lower case=x", "SENSOR_ZONE=a\\nb"`,
    )
  })

  it('keeps the values that CloudFormation fills in', () => {
    const stack = new Stack(createAwsApp(), 'Stack')
    const assetUrl = `https://${Token.asString({ Ref: 'Bucket' })}.s3.us-east-1.amazonaws.com/0123.zip`
    const arn = Token.asString({ Ref: 'TargetGroup' })
    const text = JSON.stringify(
      stack.resolve(toUserData({ ...plain, assetUrl, environment: { SENSOR_TARGET_GROUP_ARN: arn } })),
    )
    expect(text).toContain(`ASSET_URL='https://",{"Ref":"Bucket"},".s3.us-east-1.amazonaws.com/0123.zip'`)
    expect(text).toContain(`SENSOR_TARGET_GROUP_ARN='",{"Ref":"TargetGroup"},"'`)
  })

  it('prints no command as it runs, for some of them hold credentials', () => {
    for (const name of scripts)
      expect(readFileSync(new URL(name, folder), 'utf8')).not.toMatch(/\bset -\w*x|xtrace|verbose/)
  })
})

describe('the interface at boot', () => {
  /** Runs interface.sh with functions in place of the programs. @returns what it called, and what it said */
  function prepare(ring: string, ipExit = 0) {
    const stubs = `
ip() { echo "ip $*"; return ${ipExit}; }
ethtool() { case $1 in --show-ring) printf '${ring}' ;; *) echo "ethtool $*" ;; esac; }
export -f ip ethtool
exec bash interface.sh ens5 2>&1`
    const child = spawnSync('bash', ['-c', stubs], { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
    return { exitCode: child.status, lines: child.stdout.trim().split('\n') }
  }
  /** As ethtool prints it: the driver's maxima, and then what is set. */
  const toRing = (most: string, now: string) =>
    `RX:\\t\\t${most}\\nTX:\\t\\t1024\\nCurrent\\nRX:\\t\\t${now}\\nTX:\\t\\t512\\n`
  const [mtu, gro, lro] = [
    'ip link set dev ens5 mtu 9001',
    'ethtool --offload ens5 gro off',
    'ethtool --offload ens5 lro off',
  ]

  it.each([
    {
      what: 'grows a ring to what the driver allows',
      ring: toRing('8192', '1024'),
      calls: ['ethtool --set-ring ens5 rx 8192'],
    },
    { what: 'leaves a ring that is as long as it can be', ring: toRing('8192', '8192'), calls: [] },
    {
      what: 'goes on where the driver tells no length',
      ring: toRing('n/a', 'n/a'),
      calls: ['mirror-fleet: ens5: its driver does not tell the length of its receive ring; capture goes on without'],
    },
    {
      what: 'goes on where ethtool knows no rings',
      ring: '',
      calls: ['mirror-fleet: ens5: its driver does not tell the length of its receive ring; capture goes on without'],
    },
  ])('$what', ({ ring, calls }) => {
    expect(prepare(ring)).toEqual({ exitCode: 0, lines: [mtu, ...calls, gro, lro] })
  })

  it('is no sensor’s when it takes no jumbo frames', () => {
    expect(prepare(toRing('8192', '1024'), 2)).toEqual({ exitCode: 2, lines: [mtu] })
  })
})
