/** An unsigned 32-bit number → `198.18.0.1`. */
export const toIpv4Text = (address: number): string =>
  [24, 16, 8, 0].map((shift) => (address >>> shift) & 0xff).join('.')
