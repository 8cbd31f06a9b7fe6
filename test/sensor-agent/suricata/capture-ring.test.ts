import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { blockBytes, longestPacketBytes, toCaptureRing } from '../../../sensor-agent/suricata/capture-ring.ts'

/** AFPComputeRingParamsV3 and ParseAFPConfig of Suricata 7.0.10, written down again from the source. */
function suricataBlocks({ ringSize, maxPendingPackets }: ReturnType<typeof toCaptureRing>, threads: number): number {
  const align = (bytes: number) => Math.ceil(bytes / 16) * 16
  const frameBytes = align(longestPacketBytes + align(align(48) + 20 + 14) - 14)
  const framesPerBlock = Math.floor(blockBytes / frameBytes)
  const frames = ringSize * threads < maxPendingPackets ? Math.floor(maxPendingPackets / threads) + 1 : ringSize
  return Math.floor(frames / framesPerBlock) + 1
}

describe('toCaptureRing', () => {
  it('gives every capture thread the memory that was asked for', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4096 }), fc.integer({ min: 1, max: 256 }), (mebibytes, threads) => {
        const blocks = suricataBlocks(toCaptureRing(mebibytes), threads)
        expect(blocks * blockBytes).toBe(mebibytes * 1024 * 1024)
      }),
    )
  })

  it('never says 0 or more packets than the engine accepts', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4096 }), (mebibytes) => {
        const { ringSize, maxPendingPackets } = toCaptureRing(mebibytes)
        expect(ringSize).toBeGreaterThan(0)
        expect(maxPendingPackets).toBeGreaterThan(0)
        expect(maxPendingPackets).toBeLessThan(65534)
      }),
    )
  })
})
