import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { App } from 'aws-cdk-lib'
import { afterAll } from 'vitest'
import { type AwsFleet, isAwsFleet } from '../../infra/aws/aws-fleet.ts'
import { decodeFleet } from '../../infra/fleet.ts'
import { projectRoot } from './source-files.ts'

const outdirs: string[] = []
// Not the process's exit: vitest ends its workers without that event.
afterAll(() => {
  for (const outdir of outdirs) rmSync(outdir, { recursive: true, force: true })
})

/** An app with the feature flags that a deployment has. */
export function createAwsApp(): App {
  const { context } = JSON.parse(readFileSync(join(projectRoot, 'cdk.json'), 'utf8'))
  // Its own choice of a folder would be left behind.
  const outdir = mkdtempSync(join(tmpdir(), 'mirror-fleet-cdk-'))
  outdirs.push(outdir)
  return new App({ context, outdir, analyticsReporting: false })
}

export const awsEnv = { account: '111122223333', region: 'eu-central-1' } as const

/** A fleet of two zones, with what a test wants to be otherwise. */
export function toAwsFleet(described: Readonly<Record<string, unknown>> = {}): AwsFleet {
  const decoded = decodeFleet({ name: 'test', zones: ['eu-central-1a', 'eu-central-1b'], aws: awsEnv, ...described })
  if (!decoded.ok) throw new Error(decoded.complaints.join('\n'))
  if (!isAwsFleet(decoded.fleet)) throw new Error('the fleet says nothing of AWS')
  return decoded.fleet
}
