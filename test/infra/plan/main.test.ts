import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { projectRoot } from '../../support/source-files.ts'

function run(...args: string[]) {
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    const program = join(projectRoot, 'infra/plan/main.ts')
    execFile(process.execPath, [program, ...args], { cwd: projectRoot }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
    )
  })
}

it('--json is one object with what a script asks for', { timeout: 30_000 }, async () => {
  const { code, stdout } = await run('--gbps', '20', '--sources', '200', '--json')
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({
    instanceType: expect.stringMatching(/^c6in\./),
    instances: expect.any(Number),
    monthlyDollars: { total: expect.any(Number) },
    limits: expect.arrayContaining([
      expect.objectContaining({ name: 'rulesPerFilter', value: 4, limit: 10, ok: true }),
    ]),
    assumptions: expect.arrayContaining([expect.any(String)]),
  })
})

it('a crossed limit is exit code 1, and the plan is still shown', { timeout: 30_000 }, async () => {
  const { code, stdout } = await run('--gbps', '20', '--fleet', 'infra/fleets/single-vpc-nlb.json')
  expect(code).toBe(1)
  expect(stdout).toMatch(/maximumCapacity +\d+ of 6 +CROSSED/)
})

it('limits of the mirror filter and of a source can be asked for', { timeout: 30_000 }, async () => {
  const { code, stdout } = await run('--gbps', '1', '--filter-rules', '11', '--sessions-per-interface', '4')
  expect(code).toBe(1)
  expect(stdout).toMatch(/sessionsPerInterface +4 of 3 +CROSSED/)
  expect(stdout).toMatch(/rulesPerFilter +11 of 10 +CROSSED/)
})

it.each([
  [['--gbps', 'much'], /^--gbps: got "much"/],
  [['--gbps', '1', '--fleet', 'no-such-file.json'], /^--fleet: no-such-file.json cannot be read as JSON/],
  [['--gbps', '1', '--fleet', 'infra/fleets/cross-vpc-nlb.spoke.json'], /account: got an unknown field/],
])('wrong use is exit code 2 with nothing on stdout: %j', { timeout: 30_000 }, async (args, complaint) => {
  const { code, stdout, stderr } = await run(...args)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toMatch(complaint)
})
