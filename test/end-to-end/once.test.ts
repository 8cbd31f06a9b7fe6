import { execFileSync, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { waitUntil } from '../../infra/local/condition.ts'
import { regionsFolder } from '../../infra/local/region-registry.ts'
import { projectRoot } from '../support/source-files.ts'

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

const start = (...args: string[]) => {
  const child = spawn(process.execPath, ['infra/local/main.ts', ...args], {
    cwd: projectRoot,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text
  })
  const ended = new Promise<Ended>((resolve) => child.once('close', (code) => resolve({ code, ...output })))
  return { child, output, ended }
}

const namespaces = (id: string): string[] =>
  execFileSync('ip', ['netns', 'list'], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.startsWith(`mf-${id}-`))

const regionOf = (stderr: string): string => /region ([0-9a-f]{4}):/.exec(stderr)?.[1] ?? 'none yet'

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
    const id = regionOf(stderr)
    expect(id).toMatch(/^[0-9a-f]{4}$/)
    expect(namespaces(id)).toEqual([])
    expect(existsSync(`${regionsFolder}/${id}`)).toBe(false)
    const commands = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
    expect(commands.split('\n').filter((line) => line.includes(`/${id}/`) || line.includes(`mf-${id}-`))).toEqual([])
  })
})

describe('a region that is interrupted', () => {
  it('takes everything down on Ctrl-C while it comes up', async () => {
    const { child, output, ended } = start()
    await waitUntil({
      what: 'network built',
      deadlineSeconds: 20,
      read: () => namespaces(regionOf(output.stderr)).length > 0,
      isDone: Boolean,
    })
    child.kill('SIGINT')
    const { code, stderr } = await ended
    expect(code).toBe(0)
    expect(namespaces(regionOf(stderr))).toEqual([])
  })

  it('is cleaned up by the next start after kill -9, while another region that lives is left alone', async () => {
    const killed = start()
    const living = start()
    try {
      await waitUntil({
        what: 'both up',
        deadlineSeconds: 60,
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
        deadlineSeconds: 20,
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
