import { App, Validations } from 'aws-cdk-lib'
import { AwsSolutionsChecks } from 'cdk-nag'
import { type Read, readFleetFile, readSpokeFile } from './description-file.ts'
import { addFleetStacks, addSpokeStack } from './fleet-stacks.ts'

/** What the CDK command line runs: description file → stacks. `-c fleet=FILE` or `-c spoke=FILE`, as cdk.json's app. */
const usage = `say what to deploy:
  npx cdk deploy --all -c fleet=FILE
  npx cdk deploy --all -c spoke=FILE [-c endpointServiceName=NAME | -c trafficMirrorTargetId=ID]
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

const [fleetFile, spokeFile] = [context('fleet'), context('spoke')]
if ((fleetFile === null) === (spokeFile === null)) end([usage])
if (fleetFile !== null) addFleetStacks(app, readOrEnd(readFleetFile(fleetFile)))
if (spokeFile !== null) {
  const told = ['endpointServiceName', 'trafficMirrorTargetId'].flatMap((key) => {
    const value = context(key)
    return value === null ? [] : [[key, value]]
  })
  addSpokeStack(app, readOrEnd(readSpokeFile(spokeFile, Object.fromEntries(told))))
}
