import { addressOf, type Pointer } from './libc.ts'

const LITTLE_ENDIAN = true
const PAGE_BYTES = 4096

/** One block of memory that the kernel reads and writes too. Everything in it is named by its offset; it begins a page. */
export interface NativeMemory {
  readonly view: DataView
  readonly bytes: Uint8Array
  readonly pointerTo: (offset: number) => Pointer
  /** Stores the address of `offset` at `at`. Without BigInt: this runs for every frame that is sent. */
  readonly storePointer: (at: number, offset: number) => void
}

export function allocateNativeMemory(byteLength: number): NativeMemory {
  const buffer = new ArrayBuffer(PAGE_BYTES + byteLength)
  const page = Number(-addressOf(buffer) & BigInt(PAGE_BYTES - 1))
  const view = new DataView(buffer, page, byteLength)
  const base = addressOf(buffer) + BigInt(page)
  const baseHigh = Number(base >> 32n)
  const baseLow = Number(base & 0xffff_ffffn)
  return {
    view,
    bytes: new Uint8Array(buffer, page, byteLength),
    pointerTo: (offset) => base + BigInt(offset),
    storePointer: (at, offset) => {
      const low = baseLow + offset
      view.setUint32(at, low, LITTLE_ENDIAN)
      view.setUint32(at + 4, low > 0xffff_ffff ? baseHigh + 1 : baseHigh, LITTLE_ENDIAN)
    },
  }
}
