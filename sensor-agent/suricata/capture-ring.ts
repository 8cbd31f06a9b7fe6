/**
 * Longest outer packet: an ENI's MTU of 9001, the 54 bytes that a mirrored packet of that size gains (it arrives in
 * fragments, which the kernel joins before it fills the ring), an Ethernet header; rounded up.
 */
export const longestPacketBytes = 9216
export const blockBytes = 1024 * 1024
/** The engine's default; it wants at least this many frames over all its rings, and resizes the ring otherwise. */
const maxPendingPackets = 1024
/** TPACKET3_HDRLEN (48) + sockaddr_ll (20), aligned as Suricata's AFPComputeRingParamsV3 does it. */
const frameOverheadBytes = 82
const frameBytes = Math.ceil((longestPacketBytes + frameOverheadBytes) / 16) * 16
const framesPerBlock = Math.floor(blockBytes / frameBytes)
/** Fewer than a block, and not 0: that would mean "unset". */
const fewestFrames = 64

/**
 * The ring-size and max-pending-packets that give one capture thread a ring of so many mebibytes.
 *
 * With TPACKET_V3 the kernel packs packets of any length into blocks, so only the blocks count. Suricata counts in frames
 * of the longest packet all the same, and allocates `ring-size / frames per block + 1` blocks (src/source-af-packet.c,
 * AFPComputeRingParamsV3, 7.0 and 8.0).
 */
export function toCaptureRing(mebibytes: number): { readonly ringSize: number; readonly maxPendingPackets: number } {
  const ringSize = Math.max(fewestFrames, (mebibytes - 1) * framesPerBlock)
  return { ringSize, maxPendingPackets: Math.min(maxPendingPackets, ringSize) }
}
