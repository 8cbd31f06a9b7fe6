import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { type AwsFleet, startAwsFleet } from '../../support/aws/aws-fleet.ts'
import { projectRoot } from '../../support/source-files.ts'

const running: AwsFleet[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((fleet) => fleet.close()))
})

async function start(lifecycleState: string): Promise<AwsFleet> {
  const sensors = ['i-1', 'i-2'].map((id) => ({ id, lifecycleState, targetState: 'healthy' }))
  const fleet = await startAwsFleet(sensors)
  running.push(fleet)
  return fleet
}

/** The program as a user starts it, led to our endpoints by the variables that the SDK itself reads. */
function run(fleet: AwsFleet | null, ...args: string[]) {
  const env = {
    PATH: process.env.PATH,
    ...{ AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: 'eu-central-1' },
    ...{ AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' },
    ...(fleet === null
      ? { AWS_ENDPOINT_URL: 'http://127.0.0.1:9' }
      : { AWS_ENDPOINT_URL: fleet.queryApi.endpoint, AWS_ENDPOINT_URL_EC2: fleet.ec2Endpoint }),
  }
  const port = fleet === null ? [] : ['--port', String(fleet.port)]
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    const program = join(projectRoot, 'healthcheck/fleet/main.ts')
    execFile(process.execPath, [program, ...args, ...port], { env }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
    )
  })
}

it('a healthy fleet is exit code 0 and one JSON object on stdout', { timeout: 30_000 }, async () => {
  const { code, stdout, stderr } = await run(await start('InService'), 'status', '--name', 'web', '--json')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(JSON.parse(stdout)).toMatchObject({
    status: 'healthy',
    answers: 2,
    disagreements: [],
    group: { name: 'web-sensors' },
  })
})

it('a fleet of which nothing is in service is exit code 1', { timeout: 30_000 }, async () => {
  const { code, stdout } = await run(await start('Standby'), 'status', '--name', 'web')
  expect(code).toBe(1)
  expect(stdout).toMatch(/\nunhealthy: 0 of 2 wanted/)
})

it('an AWS that cannot be reached is exit code 1 at the deadline, with nothing on stdout', {
  timeout: 30_000,
}, async () => {
  const { code, stdout, stderr } = await run(null, 'status', '--deadline', '1')
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toMatch(/^DescribeAutoScalingGroups: no answer before the deadline/)
})

it.each([[], ['stauts'], ['status', '--port', 'x']])(
  'wrong use is exit code 2: %j',
  { timeout: 30_000 },
  async (...args) => {
    const { code, stdout, stderr } = await run(null, ...args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain('npm run fleet -- status --help')
  },
)

it.each([['--help'], ['status', '--help']])(
  '%j tells of the other command too',
  { timeout: 30_000 },
  async (...args) => {
    const { code, stdout } = await run(null, ...args)
    expect(code).toBe(0)
    expect(stdout).toContain('npm run fleet -- console')
  },
)
