import { describe, expect, it } from 'vitest'
import { MALFORMED_BYTES_MAX, malformations } from '../../../load/flow/malformation.ts'
import { internetChecksum } from '../../../load/packet/internet-checksum.ts'
import { decodeIpv4 } from '../../../load/packet/ipv4.ts'
import { decodeUdp } from '../../../load/packet/udp.ts'
import { findScenario } from '../../../load/scenarios/catalogue.ts'
import { playFlows } from '../../support/flow-run.ts'

function play(encapsulation: 'vxlan' | 'geneve') {
  const scenario = findScenario('malformed')
  if (scenario === undefined) throw new Error('no scenario')
  const flows = [{ kind: 'malformed', concurrent: 4 } as const]
  return playFlows({ ...scenario, flows, packets: malformations.length * 40 }, { encapsulation })
}

describe('malformed packets', () => {
  it.each(['vxlan', 'geneve'] as const)('reach a sensor: outer headers are sound (%s)', (encapsulation) => {
    for (const frame of play(encapsulation).frames) {
      const view = new DataView(frame.buffer)
      expect(internetChecksum(view, 14, 20)).toBe(0)
      expect(decodeIpv4(view, 14, frame.length)?.totalLength).toBe(frame.length - 14)
      expect(decodeUdp(view, 34, frame.length)?.length).toBe(frame.length - 34)
      expect(frame.length).toBeLessThanOrEqual(MALFORMED_BYTES_MAX + 118)
    }
  })

  it('are each made in turn, and counted as malformed and as no flow', () => {
    const { truth, frames } = play('vxlan')
    expect(truth).toMatchObject({ packets: frames.length, malformedPackets: frames.length, flows: 0 })
    const kinds = (turn: number) => frames[turn]?.slice(42, 50)
    const flagless = malformations.findIndex(({ name }) => name === 'VXLAN without its valid flag')
    expect(kinds(flagless)?.[0]).toBe(0)
    expect(kinds(flagless + malformations.length)?.[0]).toBe(0)
    const empty = malformations.findIndex(({ name }) => name === 'nothing inside')
    expect(frames[empty]?.length).toBe(50)
  })
})
