/** `45 00 00 73` → bytes. Anything that is no hex digit is a separator. */
export function hexToView(hex: string): DataView {
  const digits = hex.replaceAll(/[^0-9a-f]/gi, '')
  return new DataView(Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)).buffer)
}

export function toHex(view: DataView, offset = 0, end = view.byteLength): string {
  return Buffer.from(view.buffer, view.byteOffset + offset, end - offset).toString('hex')
}
