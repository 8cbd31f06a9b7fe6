import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { App, Validations } from 'aws-cdk-lib'
import { AwsSolutionsChecks } from 'cdk-nag'
import { writeAgentFolder } from './agent-folder.ts'
import { type Read, readFleetFile, readSpokeFile } from './description-file.ts'
import { addFleetStacks, addSpokeStacks } from './fleet-stacks.ts'

/** What the CDK command line runs: description file → stacks. `-c fleet=FILE` or `-c spoke=FILE`, as cdk.json's app. */
const usage = `say what to deploy:
  npx cdk deploy --all -c fleet=FILE
  npx cdk deploy --all -c spoke=FILE [-c trafficMirrorTargetId=ID]
  npx cdk deploy endpoints -c spoke=FILE [-c endpointServiceName=NAME], then the same with mirror once they are accepted
examples are in infra/fleets`

const app = new App({ analyticsReporting: false })
Validations.of(app).addPlugins(new AwsSolutionsChecks(app))

const context = (key: string): string | null => {
  const value: unknown = app.node.tryGetContext(key)
  return typeof value === 'string' ? value : null
}

function readOrEnd<T>(read: Read<T>): T {
  return read.ok ? read.value : end(read.complaints)
}

function end(complaints: readonly string[]): never {
  process.stderr.write(`${complaints.join('\n')}\n`)
  process.exit(2)
}

/** Copied into the assembly as the stacks are made, so it is needed no longer than this program. */
async function makeAgentFolder(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'mirror-fleet-agent-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  await writeAgentFolder(folder)
  return folder
}

const [fleetFile, spokeFile] = [context('fleet'), context('spoke')]
if ((fleetFile === null) === (spokeFile === null)) end([usage])
// What the fleet's owner tells a spoke instead of its file.
const told = ['endpointServiceName', 'trafficMirrorTargetId'].flatMap((key) => {
  const value = context(key)
  return value === null ? [] : [[key, value]]
})
if (fleetFile !== null) {
  if (told.length > 0) end(told.map(([key, value]) => `-c ${key}: got "${value}", allowed is nothing beside -c fleet`))
  const fleet = readOrEnd(readFleetFile(fleetFile))
  addFleetStacks(app, fleet, await makeAgentFolder())
}
if (spokeFile !== null) {
  addSpokeStacks(app, readOrEnd(readSpokeFile(spokeFile, Object.fromEntries(told))))
}
// The library synthesizes by itself when the event loop is empty, which a top-level await would not let it see.
app.synth()
