import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { waitUntil } from '../../infra/local/condition.ts'
import { regionsFolder } from '../../infra/local/region-registry.ts'
import { projectRoot } from '../support/source-files.ts'

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

const children: { readonly child: ChildProcess; readonly ended: Promise<Ended> }[] = []

/** Also after a failure no fleet stays behind. */
afterEach(async () => {
  for (const { child, ended } of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    child.kill('SIGINT')
    const deadline = setTimeout(() => child.kill('SIGKILL'), 60_000)
    await ended
    clearTimeout(deadline)
  }
})

/** In a process group of its own, so that a test can do to all of it what a terminal does. */
const start = (...args: string[]) => {
  const child = spawn(process.execPath, ['infra/local/main.ts', ...args], {
    cwd: projectRoot,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const output = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text
  })
  const ended = new Promise<Ended>((resolve) => child.once('close', (code) => resolve({ code, ...output })))
  children.push({ child, ended })
  return { child, output, ended }
}

/**
 * What an impatient person's Ctrl-C does: everyone in the terminal's foreground process group gets it, again and again,
 * for as long as there is something to take down.
 */
async function interruptUntilGone({ pid }: ChildProcess, regionId: string): Promise<void> {
  if (pid === undefined) throw new Error('the region was not started')
  await waitUntil({
    what: 'the end of the region',
    deadlineSeconds: 60,
    read: () => {
      const isGone = namespaces(regionId).length === 0
      if (!isGone) process.kill(-pid, 'SIGINT')
      return isGone
    },
    isDone: Boolean,
  })
}

const waitForOutput = (what: string, deadlineSeconds: number, hasCome: () => boolean): Promise<boolean> =>
  waitUntil({ what, deadlineSeconds, read: hasCome, isDone: Boolean })

const namespaces = (id: string): string[] =>
  execFileSync('ip', ['netns', 'list'], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.startsWith(`mf-${id}-`))

const regionOf = (stderr: string): string => /region ([0-9a-f]{4}):/.exec(stderr)?.[1] ?? 'none yet'

function expectNothingLeft(id: string): void {
  expect(id).toMatch(/^[0-9a-f]{4}$/)
  expect(namespaces(id)).toEqual([])
  expect(existsSync(`${regionsFolder}/${id}`)).toBe(false)
  const commands = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
  expect(commands.split('\n').filter((line) => line.includes(`/${id}/`) || line.includes(`mf-${id}-`))).toEqual([])
}

describe('one round', () => {
  it('logs every request exactly once across the sensors, loses nothing, and prints one JSON object', async () => {
    const { ended } = start('--once', '--json')
    const { code, stdout, stderr } = await ended
    const summary = JSON.parse(stdout)
    expect(summary, stderr).toMatchObject({ failures: [], ok: true, lossRatio: 0 })
    expect(summary.requests.http).toBeGreaterThanOrEqual(200)
    expect(summary.logged).toEqual({
      http: summary.requests.http,
      tls: summary.requests.https,
      dns: summary.requests.dns,
    })
    expect(summary.captured).toEqual({ packets: summary.mirrored.packets, drops: 0 })
    expect(summary.sensors.filter((sensor: { httpEvents: number }) => sensor.httpEvents > 0).length).toBeGreaterThan(1)
    // The walkthrough's custom format: time, X-Forwarded-For, protocol, method, host, URL, status, bytes, addresses.
    expect(summary.sampleHttpLog).toMatch(
      /^\d\d\/\d\d\/\d\d-\d\d:\d\d:\d\d\.\d{6} 203\.0\.113\.7 HTTP\/1\.1 GET www\.example\.test \/once-source-\d\/\d+ 200 \d+ 198\.18\.0\.1\d:\d+ -> 198\.19\.0\.80:80$/,
    )
    expect(summary.seconds).toBeLessThanOrEqual(60)
    expect(code).toBe(0)
  })

  it('leaves no namespace, folder or process behind', async () => {
    const { ended } = start('--once')
    const { code, stdout, stderr } = await ended
    expect(code, stderr).toBe(0)
    expect(stdout).toMatch(/ok: every request was logged exactly once/)
    expectNothingLeft(regionOf(stderr))
  })
})

describe('a region that is interrupted', () => {
  it('takes everything down on Ctrl-C while it comes up, however often it comes', async () => {
    const { child, output, ended } = start()
    await waitForOutput('network built', 60, () => namespaces(regionOf(output.stderr)).length > 0)
    await interruptUntilGone(child, regionOf(output.stderr))
    const { code, stderr } = await ended
    expect(code, stderr).toBe(0)
    // It gave up between two steps.
    expect(stderr).not.toContain('load balancer at')
    expectNothingLeft(regionOf(stderr))
  })

  it('takes everything down on Ctrl-C once it is up, however often it comes', async () => {
    const { child, output, ended } = start()
    await waitForOutput('fleet up', 120, () => output.stdout.includes('fleet is up'))
    await interruptUntilGone(child, regionOf(output.stderr))
    const { code, stderr } = await ended
    expect(code, stderr).toBe(0)
    expect(stderr).not.toMatch(/ended by itself/)
    expectNothingLeft(regionOf(stderr))
  })

  it('takes everything down when nobody reads its output any more', async () => {
    const { child, output } = start()
    await waitForOutput('fleet up', 120, () => output.stdout.includes('fleet is up'))
    child.stdout.destroy()
    await waitForOutput('the end', 60, () => child.exitCode !== null || child.signalCode !== null)
    expect(child.exitCode, output.stderr).toBe(0)
    expectNothingLeft(regionOf(output.stderr))
  })

  it('takes everything down when its terminal is closed', async () => {
    const { child, output } = start()
    await waitForOutput('network built', 60, () => namespaces(regionOf(output.stderr)).length > 0)
    const id = regionOf(output.stderr)
    child.stderr.destroy()
    child.stdout.destroy()
    child.kill('SIGHUP')
    await waitForOutput('the end', 60, () => child.exitCode !== null || child.signalCode !== null)
    expect(child.exitCode).toBe(0)
    expectNothingLeft(id)
  })

  it('is cleaned up by the next start after kill -9, while another region that lives is left alone', async () => {
    const killed = start()
    const living = start()
    try {
      await waitUntil({
        what: 'both up',
        deadlineSeconds: 120,
        read: () => [killed, living].every(({ output }) => output.stdout.includes('fleet is up')),
        isDone: Boolean,
      })
      killed.child.kill('SIGKILL')
      await killed.ended
      const dead = regionOf(killed.output.stderr)
      expect(namespaces(dead).length).toBeGreaterThan(0)
      const next = start()
      await waitUntil({
        what: 'next one starting',
        deadlineSeconds: 60,
        read: () => regionOf(next.output.stderr) !== 'none yet',
        isDone: Boolean,
      })
      next.child.kill('SIGTERM')
      await next.ended
      expect(namespaces(dead)).toEqual([])
      expect(existsSync(`${regionsFolder}/${dead}`)).toBe(false)
      expect(namespaces(regionOf(living.output.stderr)).length).toBeGreaterThan(0)
    } finally {
      living.child.kill('SIGINT')
      await living.ended
    }
    expect(namespaces(regionOf(living.output.stderr))).toEqual([])
  })
})

describe('the command line', () => {
  it('refuses a fleet that one machine cannot build, with every complaint, before it touches anything', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mft-fleet-'))
    try {
      const file = join(folder, 'fleet.json')
      writeFileSync(file, JSON.stringify({ loadBalancer: { kind: 'gateway' }, vpcCidr: '10.1.0.0/16' }))
      const { code, stderr } = await start('--fleet', file).ended
      expect(code).toBe(2)
      expect(stderr).toMatch(/loadBalancer\.kind: got "gateway"[\s\S]*vpcCidr: got "10\.1\.0\.0\/16"/)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('lists every complaint and ends with 2 before it touches anything', async () => {
    const { code, stdout, stderr } = await start('--sensors', 'many', '--nce').ended
    expect(code).toBe(2)
    expect(stdout).toBe('')
    expect(stderr).toMatch(/--nce: unknown option[\s\S]*--sensors: got many/)
  })

  it('explains itself', async () => {
    const { code, stdout } = await start('--help').ended
    expect(code).toBe(0)
    expect(stdout).toMatch(/npm start -- --once --json/)
  })
})
