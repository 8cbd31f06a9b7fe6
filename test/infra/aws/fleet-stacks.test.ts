import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { afterAll, describe, expect, it } from 'vitest'
import { addFleetStacks, addSpokeStacks } from '../../../infra/aws/fleet-stacks.ts'
import { toExampleFleet, toExampleSpoke } from '../../support/aws/fleet-app.ts'
import { createAwsApp } from '../../support/aws-app.ts'

const agentFolder = mkdtempSync(join(tmpdir(), 'mirror-fleet-test-'))
writeFileSync(join(agentFolder, 'sensor-agent.mjs'), '')
afterAll(() => rmSync(agentFolder, { recursive: true }))

function toStacks(name: string) {
  const app = createAwsApp()
  if (name.endsWith('.spoke')) addSpokeStacks(app, toExampleSpoke(name.replace('.spoke', '')))
  else addFleetStacks(app, toExampleFleet(name), agentFolder)
  // Dependencies that follow from references are known once the app is synthesized.
  app.synth()
  return app.node.children.filter((child) => Stack.isStack(child))
}
const toNames = (stacks: readonly Stack[]) => stacks.map(({ stackName }) => stackName)

const examples: readonly (readonly [string, string, readonly string[]])[] = [
  ['single-vpc-nlb', 'single-vpc', ['archive', 'entry', 'observability', 'sensors', 'mirror']],
  ['smallest', 'smallest', ['archive', 'entry', 'observability', 'sensors', 'mirror']],
  ['cross-vpc-nlb', 'cross-vpc', ['archive', 'network', 'entry', 'observability', 'sensors', 'mirror']],
  ['cross-account-gwlb', 'cross-account', ['archive', 'network', 'entry', 'observability', 'sensors']],
  ['cross-vpc-nlb.spoke', 'cross-vpc-spoke', ['mirror']],
  ['cross-account-gwlb.spoke', 'cross-account-spoke', ['endpoints', 'mirror']],
]

describe.each(examples)('%s', (example, name, parts) => {
  const stacks = toStacks(example)
  const names = parts.map((part) => `${name}-${part}`)

  it('is these stacks, each after those that it needs', () => {
    expect(toNames(stacks)).toEqual(names)
    for (const stack of stacks) {
      const before = names.slice(0, names.indexOf(stack.stackName))
      expect(before).toEqual(expect.arrayContaining(toNames(stack.dependencies)))
    }
  })

  it('passes values by exports, which nobody can change or take away while another stack uses them', () => {
    const texts = new Map(stacks.map((stack) => [stack.stackName, JSON.stringify(Template.fromStack(stack).toJSON())]))
    const find = (pattern: RegExp) =>
      [...texts.values()].flatMap((text) => [...text.matchAll(pattern)].map(([, value]) => value))
    expect(
      [...texts].filter(([, text]) => text.includes('Fn::GetStackOutput')).map(([stackName]) => stackName),
    ).toEqual([])
    const imported = find(/"Fn::ImportValue":"([^"]+)"/g)
    expect(imported.length > 0).toBe(stacks.length > 1)
    expect(find(/"Export":{"Name":"([^"]+)"}/g)).toEqual(expect.arrayContaining(imported))
  })
})

describe('the order of deployment', () => {
  const dependenciesOf = (name: string, part: string) =>
    toNames(toStacks(name).find(({ stackName }) => stackName.endsWith(`-${part}`))?.dependencies ?? [])

  it('mirrors, and bills sessions, once there are sensors', () => {
    expect(dependenciesOf('single-vpc-nlb', 'mirror')).toContain('single-vpc-sensors')
  })

  it('points a spoke’s targets at endpoints of another stack, whose acceptance they may have to wait for', () => {
    expect(dependenciesOf('cross-account-gwlb.spoke', 'mirror')).toEqual(['cross-account-spoke-endpoints'])
  })
})
