import { Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { describe, expect, it } from 'vitest'
import { MirrorSessions, toInterfacePacketLength } from '../../../../infra/aws/constructs/mirror-sessions.ts'
import type { Source } from '../../../../infra/mirror-sources.ts'
import { toResources } from '../../../support/aws/template-reading.ts'
import { createAwsApp, toAwsFleet } from '../../../support/aws-app.ts'

const { trafficMirrorFilter } = toAwsFleet()
const trafficMirrorSession = { sessionNumber: 3, virtualNetworkId: 77, packetLength: 8500 }

function toSessions(sources: readonly Source[]) {
  const stack = new Stack(createAwsApp(), 'stack')
  const toTargetId = ({ zone }: Source) => `tmt-${zone}`
  new MirrorSessions(stack, 'Sessions', {
    ...{ name: 'shop', sources, trafficMirrorFilter, trafficMirrorSession, packetLength: 8500, toTargetId },
  })
  return toResources(Template.fromStack(stack), 'AWS::EC2::TrafficMirrorSession')
}

const web = { name: 'web', zone: 'a', networkInterfaceId: 'eni-00000001' }
const db = { name: 'db', zone: 'b', networkInterfaceId: 'eni-00000002', sessionNumber: 9, virtualNetworkId: 0 }
const sessions = toSessions([web, db])
const renamed = toSessions([{ ...web, name: 'api' }, db])

describe('mirror sessions', () => {
  it('are one for each source, numbered as the source says or else as all are', () => {
    expect(Object.values(sessions)).toEqual([
      {
        Description: 'web to shop',
        NetworkInterfaceId: 'eni-00000001',
        TrafficMirrorFilterId: { Ref: expect.any(String) },
        TrafficMirrorTargetId: 'tmt-a',
        SessionNumber: 3,
        VirtualNetworkId: 77,
        PacketLength: 8500,
        Tags: [{ Key: 'Name', Value: 'web' }],
      },
      expect.objectContaining({ SessionNumber: 9, VirtualNetworkId: 0, TrafficMirrorTargetId: 'tmt-b' }),
    ])
  })

  it('stay what they are when a source gets another name', () => {
    expect(Object.keys(renamed)).toEqual(Object.keys(sessions))
  })

  it('are refused for a source that has nothing to mirror', () => {
    expect(() => toSessions([{ name: 'web', zone: 'a' }])).toThrow('source web has no networkInterfaceId to mirror')
  })

  it.each([
    [8500, undefined],
    [8499, 8499],
    [128, 128],
  ])('to an interface: a limit of %i bytes becomes %s, for 8500 is the load balancers (1.2)', (asked, told) => {
    expect(toInterfacePacketLength(asked)).toBe(told)
  })
})
