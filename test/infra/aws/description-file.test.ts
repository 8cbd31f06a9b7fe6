import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { readFleetFile, readSpokeFile } from '../../../infra/aws/description-file.ts'
import { projectRoot } from '../../support/source-files.ts'

const folder = mkdtempSync(join(tmpdir(), 'mirror-fleet-description-'))
afterAll(() => rmSync(folder, { recursive: true }))

function write(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

describe('a description file', () => {
  it.each<[string, string, RegExp]>([
    ['is no JSON', write('broken.json', '{'), /broken\.json: cannot be read as JSON/],
    ['is not there', join(folder, 'none.json'), /none\.json: there is no such file/],
    ['says nothing of AWS', write('local.json', '{}'), /local\.json: aws: got nothing/],
  ])('that %s is named in the complaint', (_, path, complaint) => {
    const read = readFleetFile(path)
    expect(read.ok ? [] : read.complaints).toEqual([expect.stringMatching(complaint)])
  })

  it('of a spoke, given as a fleet, is one complaint that says what it is and how to deploy it', () => {
    const path = join(projectRoot, 'infra/fleets/cross-vpc-nlb.spoke.json')
    const read = readFleetFile(path)
    expect(read.ok ? [] : read.complaints).toEqual([
      `${path}: got the description of a spoke, allowed is that of a fleet; a spoke is deployed with -c spoke=${path}`,
    ])
  })

  it('of a fleet, given as a spoke, is one complaint that says what it is and how to deploy it', () => {
    const path = join(projectRoot, 'infra/fleets/smallest.json')
    const read = readSpokeFile(path, { trafficMirrorTargetId: 'tmt-00000001' })
    expect(read.ok ? [] : read.complaints).toEqual([
      `${path}: got the description of a fleet, allowed is that of a spoke; a fleet is deployed with -c fleet=${path}`,
    ])
  })

  it('of a spoke takes what the fleet’s owner told in the command, over what the file says', () => {
    const endpointServiceName = 'com.amazonaws.vpce.eu-central-1.vpce-svc-0fedcba9876543210'
    const path = join(projectRoot, 'infra/fleets/cross-account-gwlb.spoke.json')
    expect(readSpokeFile(path, { endpointServiceName })).toMatchObject({ ok: true, value: { endpointServiceName } })
  })
})
