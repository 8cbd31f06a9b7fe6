import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { projectRoot } from '../../support/source-files.ts'

const folder = mkdtempSync(join(tmpdir(), 'mirror-fleet-app-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The pinned command line, as a user calls it, in a network namespace without any link. */
function cdkSynth(name: string, ...context: string[]) {
  const outdir = join(folder, name)
  const cdk = join(projectRoot, 'node_modules', '.bin', 'cdk')
  const options = ['synth', '--quiet', '--output', outdir, ...context.flatMap((each) => ['-c', each])]
  const { status, stderr } = spawnSync('unshare', ['--net', cdk, ...options], {
    cwd: projectRoot,
    encoding: 'utf8',
    // It takes seconds; one that hangs must fail here and not hold up everything.
    timeout: 90_000,
    killSignal: 'SIGKILL',
    env: { PATH: `${join(projectRoot, 'node_modules', '.bin')}:${process.env.PATH}`, HOME: folder },
  })
  return { status, stderr, files: status === 0 ? readdirSync(outdir) : [] }
}

describe('cdk synth', () => {
  it('reads what the library writes, with no connection at all', () => {
    const { status, stderr, files } = cdkSynth('fleet', 'fleet=infra/fleets/smallest.json')
    expect(stderr).not.toMatch(/schema version|ENOTFOUND|EAI_AGAIN/)
    expect(status).toBe(0)
    expect(files.filter((file) => file.endsWith('.template.json')).toSorted()).toEqual(
      ['archive', 'entry', 'mirror', 'observability', 'sensors'].map((part) => `${part}.template.json`),
    )
  })

  it('takes from the fleet’s owner what a spoke needs to know', () => {
    const service = 'com.amazonaws.vpce.eu-central-1.vpce-svc-0fedcba9876543210'
    const context = ['spoke=infra/fleets/cross-account-gwlb.spoke.json', `endpointServiceName=${service}`]
    expect(cdkSynth('spoke', ...context)).toMatchObject({ status: 0 })
  })

  it('refuses beside a fleet what only a spoke takes, rather than pass it over', () => {
    const { status, stderr } = cdkSynth(
      'both',
      'fleet=infra/fleets/smallest.json',
      'trafficMirrorTargetId=tmt-00000001',
    )
    expect(status).not.toBe(0)
    expect(stderr).toContain('-c trafficMirrorTargetId: got "tmt-00000001", allowed is nothing beside -c fleet')
  })

  it('tells every complaint about a description at once and makes nothing', () => {
    const file = join(folder, 'bad.json')
    writeFileSync(file, JSON.stringify({ name: 'Bad', zones: ['eu-central-1a'], aws: { account: '1', region: 'eu' } }))
    const { status, stderr } = cdkSynth('bad', `fleet=${file}`)
    expect(status).not.toBe(0)
    for (const path of ['name', 'aws.account', 'aws.region']) expect(stderr).toContain(`${file}: ${path}: got`)
  })

  it('says how to call it when nothing is said', () => {
    const { status, stderr } = cdkSynth('nothing')
    expect(status).not.toBe(0)
    expect(stderr).toContain('npx cdk deploy --all -c fleet=FILE')
  })
})
