import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createServer, get, type IncomingMessage, type RequestListener, request } from 'node:http'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { FleetView, ViewMessage } from '../../../../infra/local/console/messages.ts'
import {
  type AwsFleet,
  answer,
  type DescribedSensor,
  startAwsFleet,
  toStatusBody,
} from '../../../support/aws/aws-fleet.ts'
import { toAwsEnvironment } from '../../../support/aws/environment.ts'
import { eventually } from '../../../support/eventually.ts'
import { portOf } from '../../../support/listening-port.ts'
import { projectRoot } from '../../../support/source-files.ts'

const ending: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end()
})

/** A sensor that captures ten packets each time somebody asks, and drops one of them. */
function busy(id: string): RequestListener {
  let asked = 0
  return (incoming, response) => {
    asked++
    const funnel = [{ place: 'af-packet', packets: 1_000 + asked * 10, drops: asked }]
    answer(JSON.stringify({ ...JSON.parse(toStatusBody(id)), funnel }))(incoming, response)
  }
}

const working = { lifecycleState: 'InService', targetState: 'healthy' } as const

async function startFleet(described: readonly DescribedSensor[]): Promise<AwsFleet> {
  const fleet = await startAwsFleet(described)
  ending.push(() => fleet.close())
  return fleet
}

const toAlert = (alertname: string) => ({
  ...{ labels: { alertname, severity: 'critical' }, annotations: {}, state: 'firing' },
  activeAt: '2026-11-26T08:00:00Z',
})

/** @returns its address */
async function startPrometheus(): Promise<string> {
  const body = JSON.stringify({ status: 'success', data: { alerts: ['Watchdog', 'SensorBlind'].map(toAlert) } })
  const server = createServer(({ url }, response) => {
    response.writeHead(url === '/api/v1/alerts' ? 200 : 404).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  ending.push(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return `http://127.0.0.1:${portOf(server)}`
}

interface Program {
  readonly child: ChildProcess
  readonly stdout: () => string
  readonly stderr: () => string
  readonly ended: Promise<number | null>
}

/** The program as a user starts it, led to our endpoints by the variables that the SDK itself reads. */
function start(fleet: AwsFleet | null, ...args: string[]): Program {
  const endpoints = toAwsEnvironment(fleet?.queryApi.endpoint ?? 'http://127.0.0.1:9')
  const child = spawn(process.execPath, [join(projectRoot, 'infra/local/console/fleet-main.ts'), ...args], {
    env: {
      PATH: process.env.PATH,
      ...endpoints,
      ...(fleet === null ? {} : { AWS_ENDPOINT_URL_EC2: fleet.ec2Endpoint }),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  ending.push(async () => {
    child.kill('SIGKILL')
    await ended
  })
  return { child, stdout: () => stdout, stderr: () => stderr, ended }
}

async function startConsole(fleet: AwsFleet, ...options: string[]) {
  const ports = ['--port', String(fleet.port), '--listen', '0']
  const program = start(
    fleet,
    'console',
    '--name',
    'web',
    '--json',
    ...ports,
    ...(options.length > 0 ? options : ['--interval=5']),
  )
  await eventually('an address', () => program.stdout().includes('\n'), 60)
  const { url }: { readonly url: string } = JSON.parse(program.stdout())
  return { ...program, url, views: await follow(url) }
}

/** The views that an open page gets, oldest first. */
async function follow(url: string): Promise<FleetView[]> {
  const views: FleetView[] = []
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(`${url}/api/stream`, { agent: false }, resolve).on('error', reject)
  })
  let rest = ''
  response.setEncoding('utf8').on('data', (text: string) => {
    const events = (rest + text).split('\n\n')
    rest = events.pop() ?? ''
    for (const event of events) {
      const [, data] = /^event: view\ndata: (.*)$/.exec(event) ?? []
      if (data === undefined) continue
      const message: ViewMessage = JSON.parse(data)
      views.push(message.view)
    }
  })
  // The console ends it.
  response.on('error', () => undefined)
  ending.push(async () => response.destroy())
  return views
}

const seen = (views: readonly FleetView[], what: string, isSeen: (view: FleetView) => boolean): Promise<FleetView> =>
  eventually(what, () => views.findLast(isSeen), 60)

function post(url: string, path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const headers = { origin: url, 'content-type': 'application/json' }
    request(`${url}${path}`, { method: 'POST', agent: false, headers }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
      .on('error', reject)
      .end('{"sensor":"i-1"}')
  })
}

describe('the console of a fleet on AWS', () => {
  it('shows every sensor with its rates, changes nothing, and leaves nothing when it is interrupted', async () => {
    const fleet = await startFleet([
      { id: 'i-1', ...working, listener: busy('i-1') },
      { id: 'i-2', ...working, targetState: 'unhealthy', targetReason: 'Target.Timeout', listener: null },
    ])
    const { url, views, child, ended, stderr } = await startConsole(fleet)
    const view = await seen(views, 'rates', ({ sensors }) => (sensors[0]?.packetsPerSecond ?? 0) > 0)
    expect(view).toMatchObject({
      ...{ fleet: 'web', region: 'eu-central-1', sources: null, loadBalancer: null, events: null, demonstration: null },
      sensors: [
        { id: 'i-1', zone: 'eu-central-1a', status: 'healthy', targetState: 'healthy' },
        {
          id: 'i-2',
          status: 'silent',
          targetState: 'unhealthy',
          targetReason: 'Target.Timeout',
          packetsPerSecond: null,
        },
      ],
      alerts: { isRead: false, isAsked: false, fault: expect.stringContaining('--prometheus') },
      faults: [expect.stringMatching(/^i-2 does not answer: .*ECONNREFUSED/)],
    })
    // Ten packets a reading, of which one is dropped.
    const [place] = view.funnel
    expect(place?.place).toBe('af-packet')
    expect((place?.packetsPerSecond ?? 0) / (place?.dropsPerSecond ?? 1)).toBeCloseTo(10)
    for (const action of ['stop-sensor', 'start-sensor', 'add-sensor', 'add-load']) {
      expect(await post(url, `/api/demonstration/${action}`)).toBe(404)
    }
    const children = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim().split(' ')
    child.kill('SIGINT')
    expect(await ended).toBe(0)
    expect(stderr()).toContain('i-2 does not answer')
    await eventually('its children gone', () => !children.some((pid) => pid !== '' && existsSync(`/proc/${pid}`)))
    await expect(fetch(url)).rejects.toThrow()
  })

  it('goes on showing the sensors while AWS refuses or throttles, without the load balancer’s word, and recovers', async () => {
    const fleet = await startFleet([{ id: 'i-1', ...working, listener: busy('i-1') }])
    const { views, stderr } = await startConsole(fleet)
    const isWell = ({ faults, sensors }: FleetView) => faults.length === 0 && sensors[0]?.targetState === 'healthy'
    await seen(views, 'a first view', isWell)
    for (const fault of [{ kind: 'error', status: 403, code: 'AccessDenied' }, { kind: 'throttling' }] as const) {
      fleet.queryApi.faultAlways('DescribeTargetHealth', fault)
      const told = await seen(views, `AWS with ${fault.kind}`, ({ faults }) => faults.length > 0)
      expect(told.faults).toEqual([expect.stringMatching(/^AWS cannot be read: DescribeTargetHealth: /)])
      expect(told.sensors).toMatchObject([{ id: 'i-1', status: 'healthy', targetState: null }])
      expect(told.sensors[0]?.packetsPerSecond).toBeGreaterThan(0)
      fleet.queryApi.faultAlways('DescribeTargetHealth', null)
      const before = views.length
      await eventually('recovery', () => views.slice(before).some(isWell), 60)
      views.splice(0)
    }
    expect(stderr()).toMatch(/AWS cannot be read: .*AccessDenied[\s\S]*everything can be read again/)
  })

  it('calls a sensor silent that has answered before', async () => {
    let isGone = false
    const listener: RequestListener = (incoming, response) =>
      isGone ? void incoming.socket.destroy() : answer(toStatusBody('i-1'))(incoming, response)
    const { views } = await startConsole(await startFleet([{ id: 'i-1', ...working, listener }]))
    await seen(views, 'its answer', ({ sensors }) => sensors[0]?.status === 'healthy')
    isGone = true
    const { sensors } = await seen(views, 'its silence', ({ faults }) => faults.length > 0)
    expect(sensors).toMatchObject([{ id: 'i-1', status: 'silent', targetState: 'healthy' }])
  })

  it('shows the alerts of the Prometheus that it is given', async () => {
    const fleet = await startFleet([{ id: 'i-1', ...working }])
    const { views } = await startConsole(fleet, '--prometheus', await startPrometheus())
    const { alerts } = await seen(views, 'alerts', (view) => view.alerts.isRead)
    expect(alerts).toMatchObject({ isWatched: true, firing: [{ name: 'SensorBlind', severity: 'critical' }] })
  })

  it('ends at once also while it waits for an AWS that says nothing', async () => {
    const fleet = await startFleet([{ id: 'i-1', ...working }])
    fleet.queryApi.faultAlways('DescribeAutoScalingGroups', { kind: 'silence' })
    const { child, ended } = await startConsole(fleet, '--interval=300')
    await eventually('AWS is asked', () => fleet.queryApi.callsOf('DescribeAutoScalingGroups').length > 0)
    child.kill('SIGINT')
    expect(await ended).toBe(0)
  })

  it('says once, with what to do, that the sensors cannot be reached from where it runs', async () => {
    const described = ['i-1', 'i-2', 'i-3'].map((id) => ({ id, ...working, listener: () => undefined }))
    const { views } = await startConsole(await startFleet(described))
    const { sensors, faults } = await seen(views, 'some views', () => views.length > 3)
    expect(sensors.map(({ status, targetState }) => [status, targetState])).toEqual(
      described.map(() => ['degraded', 'healthy']),
    )
    expect(faults).toEqual([expect.stringMatching(/\(3 asked; i-1: no answer in time\): .*scraper security group/)])
    // Without a view for five seconds the page calls itself stale.
    const gaps = views.slice(1).map(({ atMilliseconds }, index) => atMilliseconds - (views[index]?.atMilliseconds ?? 0))
    expect(Math.max(...gaps)).toBeLessThan(5_000)
  })

  it('does not take another port than the one that was asked for', async () => {
    const fleet = await startFleet([{ id: 'i-1', ...working }])
    const { url } = await startConsole(fleet)
    const { port } = new URL(url)
    const second = start(fleet, 'console', '--name', 'web', '--listen', port)
    expect(await second.ended).toBe(1)
    expect(second.stderr()).toContain(`port ${port}`)
  })
})

describe('wrong use', () => {
  it.each([
    [
      ['console', '--port', 'x', '--interval', '1', '--prometheus', 'web'],
      ['--port: got', '--interval: got', '--prometheus: got', 'npm run fleet -- console --help'],
    ],
    [['consle'], ['got "consle", allowed is status or console', 'npm run fleet -- status --help']],
  ])('is exit code 2, with all that is wrong: %j', async (args, told) => {
    const { ended, stdout, stderr } = start(null, ...args)
    expect({ code: await ended, stdout: stdout() }).toEqual({ code: 2, stdout: '' })
    for (const words of told) expect(stderr()).toContain(words)
  })
})
