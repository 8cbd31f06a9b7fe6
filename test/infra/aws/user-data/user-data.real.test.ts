import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { toUserData } from '../../../../infra/aws/user-data/user-data.ts'
import { eventually } from '../../../support/eventually.ts'
import { bootInstance, type Instance } from './instance.ts'
import { assetHost, autoScalingHost, writeSurroundings, writeSystem } from './system-root.ts'

/** A fresh Debian under its own systemd; the tests are one instance's life, and each goes on from the one before. */
const folder = mkdtempSync(join(tmpdir(), 'mft-instance-'))
const root = join(folder, 'root')
const around = join(folder, 'around')
const logs = join(root, 'var/log/mirror-fleet')
const unit = 'mirror-fleet-sensor.service'
let instance: Instance

beforeAll(async () => {
  await writeSurroundings(folder, around)
  writeSystem(folder, root, around)
  instance = await bootInstance(root, around)
}, 300_000)

afterAll(async () => {
  await instance?.end()
  rmSync(folder, { recursive: true, force: true })
})

const capture = { SENSOR_DECAPSULATION: 'kernel', SENSOR_VNIS: '7', SENSOR_HOME_NETS: '198.18.0.0/15' }

function runUserData(asset: string, s3Answers: string, given: { deadlineSeconds?: number; environment?: object } = {}) {
  const { deadlineSeconds = 120, environment } = given
  const userData = toUserData({
    assetUrl: `https://${assetHost}/${asset}.zip`,
    region: 'us-east-1',
    autoScalingUrl: `https://${autoScalingHost}/`,
    deadlineSeconds,
    environment: { ...capture, ...environment },
    ownImage: false,
  })
  writeFileSync(join(root, 'root/user-data'), userData)
  writeFileSync(join(around, 's3-answers'), s3Answers)
  return instance.run('bash', '/root/user-data')
}

const requests = () =>
  readFileSync(join(around, 'requests'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
const toS3 = () => requests().filter(({ service }) => service === 's3')
const toAutoScaling = () => requests().filter(({ service }) => service === 'auto-scaling')
const show = (name: string, property: string) => instance.run('systemctl', 'show', '-P', property, name).output.trim()
const ask = (route: string) => instance.run('curl', '-s', `http://127.0.0.1:9100/${route}`).output
const untilReady = () => eventually('the sensor is ready', () => ask('readyz').includes('"ready":true'), 60)
const engines = () => instance.run('pgrep', '--exact', 'Suricata-Main').output.trim().split('\n')

/** The engine after whatever `restart` does to its agent. */
async function engineAfter(restart: () => void): Promise<readonly string[]> {
  const agent = show(unit, 'MainPID')
  restart()
  await eventually('another agent runs', () => !['0', agent].includes(show(unit, 'MainPID')), 60)
  await untilReady()
  return engines()
}

describe('an instance', () => {
  it('becomes a sensor, though S3 first refuses, then fails, then breaks off', async () => {
    // An image may bring the service as a unit of its own.
    writeFileSync(join(root, 'etc/systemd/system/suricata.service'), '[Service]\nExecStart=/bin/sleep infinity\n')
    const { exitCode, output } = runUserData('first', '403 500 cut')
    expect(output).toMatch(/error: 403\s[\s\S]*error: 500\s[\s\S]*curl: \((?:18|56)\)/)
    expect(output).toContain('OK: the settings are accepted')
    expect({ exitCode, last: output.trim().split('\n').at(-1) }).toEqual({
      exitCode: 0,
      last: 'mirror-fleet: the sensor is started; its agent completes the launch hook once Suricata captures',
    })
    expect(toS3()).toHaveLength(4)
    expect(toAutoScaling()).toEqual([])
    await untilReady()
  }, 240_000)

  it('asked S3 with the credentials of its role, signed, and showed them to nobody', () => {
    const { headers } = toS3().at(-1)
    expect(headers['x-amz-security-token']).toBe('session/of+the/test==')
    expect(headers.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=ASIAEXAMPLE\/\d{8}\/us-east-1\/s3\/aws4_request, SignedHeaders=[^,]*x-amz-security-token, Signature=[0-9a-f]{64}$/,
    )
    const journal = instance.run('journalctl', '--no-pager').output
    expect(journal + ask('status')).not.toContain('of+the/test')
  })

  it('tells the agent who it is', () => {
    const path = join(root, 'etc/mirror-fleet/sensor.env')
    expect(readFileSync(path, 'utf8')).toContain(
      "SENSOR_ID='i-0123456789abcdef0'\nSENSOR_ZONE='us-east-1a'\nSENSOR_INTERFACE='eth0'\n",
    )
    expect(statSync(path).mode & 0o777).toBe(0o640)
    expect(JSON.parse(ask('status'))).toMatchObject({ id: 'i-0123456789abcdef0', zone: 'us-east-1a' })
  })

  it('runs one Suricata, and never the distribution’s service', () => {
    expect(engines()).toHaveLength(1)
    expect(instance.run('systemctl', 'is-enabled', 'suricata.service').output).toBe('masked\n')
  })

  it('captures from an interface of jumbo frames that joins no packets', () => {
    expect(instance.run('ip', '-json', 'link', 'show', 'eth0').output).toContain('"mtu":9001')
    expect(instance.run('ethtool', '--show-features', 'eth0').output).toMatch(/generic-receive-offload: off/)
  })

  it('gives the units no power that they do not need', () => {
    const units = ['sensor', 'interface', 'logrotate'].map((name) => `mirror-fleet-${name}.service`)
    const verdict = instance.run('systemd-analyze', 'verify', ...units, 'mirror-fleet-logrotate.timer')
    expect(verdict).toEqual({ exitCode: 0, output: '' })
    // Tenths of systemd's exposure level, of 100; what is left is root, the network, and V8's writable code.
    for (const name of units)
      expect(instance.run('systemd-analyze', 'security', '--threshold=27', '--no-pager', name)).toMatchObject({
        exitCode: 0,
      })
    const engine = instance.run('grep', '-E', '^(CapPrm|NoNewPrivs|Seccomp):', `/proc/${engines()[0]}/status`).output
    expect(engine.replace(/\s+/g, ' ')).toBe('CapPrm: 0000000000003000 NoNewPrivs: 1 Seccomp: 2 ')
  })

  it('keeps Suricata capturing while its agent is killed, and while it is upgraded', async () => {
    const before = engines()
    for (const signal of ['SIGKILL', 'SIGUSR2'])
      expect(
        await engineAfter(() => instance.run('systemctl', 'kill', '--kill-whom=main', `--signal=${signal}`, unit)),
      ).toEqual(before)
  })

  it('rotates its logs without losing a line', async () => {
    const rotate = () => {
      const names = readdirSync(logs).filter((name) => /^[a-z-]+\.(?:log|json)$/.test(name))
      const rows = names.map((name) => `"/var/log/mirror-fleet/${name}" 2026-1-1-0:0:0\n`)
      writeFileSync(
        join(root, 'var/lib/mirror-fleet/logrotate.state'),
        `logrotate state -- version 2\n${rows.join('')}`,
      )
      expect(instance.run('systemctl', 'start', 'mirror-fleet-logrotate.service').exitCode).toBe(0)
    }
    const size = (name: string) => statSync(join(logs, name), { throwIfNoEntry: false })?.size ?? 0
    for (const _ of [1, 2]) {
      rotate()
      await eventually('the engine writes to a new file', () => size('eve.json') > 0)
    }
    const text = [
      gunzipSync(readFileSync(join(logs, 'eve.json.2.gz'))),
      ...['eve.json.1', 'eve.json'].map((name) => readFileSync(join(logs, name))),
    ]
    const uptimes = Buffer.concat(text)
      .toString()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).stats.uptime)
    expect(uptimes).toEqual(uptimes.map((_, index) => uptimes[0] + index))
    expect(size('suricata.log.1.gz')).toBeGreaterThan(0)
    // What it wrote to a file of the past would go with that.
    const open = instance.run('ls', '-l', `/proc/${engines()[0]}/fd`).output
    expect(open).toContain('/var/log/mirror-fleet/suricata.log\n')
    expect(open).not.toMatch(/mirror-fleet\/\S+\.(?:\d|gz)|deleted/)
  })

  it('changes nothing when user data runs again', () => {
    const before = { engines: engines(), agent: show(unit, 'MainPID'), s3: toS3().length }
    expect(runUserData('first', '')).toMatchObject({ exitCode: 0 })
    expect({ engines: engines(), agent: show(unit, 'MainPID'), s3: toS3().length }).toEqual(before)
  })

  it('says on the console why it gives up, and leaves what runs alone', () => {
    const before = engines()
    const group = { SENSOR_AUTO_SCALING_GROUP: 'web-sensors', SENSOR_LAUNCH_HOOK: 'web-launch' }
    const { exitCode, output } = runUserData('second', '403 silence', { deadlineSeconds: 10, environment: group })
    expect({ exitCode, last: output.trim().split('\n').at(-1) }).toEqual({
      exitCode: 1,
      last: `mirror-fleet: FAILED: fetching https://${assetHost}/second.zip: not within 10 s; this instance will not become a sensor`,
    })
    expect(output).toMatch(/error: 403[\s\S]*Operation timed out/)
    expect(engines()).toEqual(before)
    expect(readdirSync(join(root, 'opt/mirror-fleet')).toSorted()).toEqual(['current', 'first'])
  })

  it('has itself replaced then, and not when its launch hook runs out', () => {
    const [{ headers, body, method }, ...more] = toAutoScaling()
    expect(more).toEqual([])
    expect({ method, ...Object.fromEntries(new URLSearchParams(body)) }).toEqual({
      method: 'POST',
      Action: 'CompleteLifecycleAction',
      Version: '2011-01-01',
      AutoScalingGroupName: 'web-sensors',
      LifecycleHookName: 'web-launch',
      InstanceId: 'i-0123456789abcdef0',
      LifecycleActionResult: 'ABANDON',
    })
    expect(headers.authorization).toMatch(/Credential=ASIAEXAMPLE\/\d{8}\/us-east-1\/autoscaling\/aws4_request/)
  })

  it('tells where nobody can be told', () => {
    const { output } = runUserData('third', '403', { deadlineSeconds: 1 })
    expect(output).toMatch(/the launch hook runs out\nmirror-fleet: FAILED: .*third\.zip: not within 1 s/)
  })

  it('is a sensor again after a power cut, without user data: a warm pool starts it so', async () => {
    await instance.end()
    instance = await bootInstance(root, around)
    await untilReady()
    expect(engines()).toHaveLength(1)
  })
})
