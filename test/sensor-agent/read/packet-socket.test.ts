import { describe, expect, it } from 'vitest'
import { decodePacketSockets, readPacketSocket } from '../../../sensor-agent/read/packet-socket.ts'

/** As iproute2 6.1 prints it, with a socket of another interface, of another name that ends alike, and of all interfaces. */
const printed = `p_raw 0      0      *:ms1 * skmem:(r0,rb212992,t0,tb212992,f0,w0,o0,bl0,d7)
p_raw 0      0      *:ms1 * skmem:(r0,rb212992,t0,tb212992,f0,w0,o0,bl0,d5)
p_dgr 0      0      [2048]:ms1 * skmem:(r0,rb212992,t0,tb212992,f0,w0,o0,bl0,d1)
p_raw 0      0      *:ms2 * skmem:(r0,rb212992,t0,tb212992,f0,w0,o0,bl0,d100)
p_raw 0      0      *:xms1 * skmem:(r0,rb212992,t0,tb212992,f0,w0,o0,bl0,d100)
p_raw 0      0      *:* * skmem:(r0,rb212992,t0,tb212992,f0,w0,o0,bl0,d100)
u_str 0      0      /tmp/x:ms1 * skmem:(d100)
`

describe('packet sockets', () => {
  it('are those bound to the interface, with their drops', () => {
    expect(decodePacketSockets(printed, 'ms1')).toEqual({ sockets: 3, drops: 13 })
  })

  it('are those of the vxlan devices too', () => {
    expect(decodePacketSockets(printed, 'ms1', 'ms2')).toEqual({ sockets: 4, drops: 113 })
  })

  it('are none where nothing captures', () => {
    expect(decodePacketSockets('', 'ms1')).toEqual({ sockets: 0, drops: 0 })
  })

  it('take the name of an interface as it is, not as a pattern', () => {
    expect(decodePacketSockets(printed, 'm.1')).toEqual({ sockets: 0, drops: 0 })
  })

  it.each([
    ['no skmem', 'p_raw 0 0 *:ms1 *\n'],
    ['an skmem without drops', 'p_raw 0 0 *:ms1 * skmem:(r0,rb212992)\n'],
    ['a negative count', 'p_raw 0 0 *:ms1 * skmem:(r0,d-1)\n'],
  ])('are unknown when a row has %s', (_, text) => {
    expect(decodePacketSockets(text, 'ms1')).toBeUndefined()
  })

  it.each([
    ['is not there', '/nowhere/ss', 'SENSOR_PROGRAM_FAILED'],
    ['fails', '/bin/false', 'SENSOR_PROGRAM_FAILED'],
  ])('are a fault when ss %s', async (_, ss, code) => {
    expect(await readPacketSocket({ ss, interfaceName: 'ms1' })).toMatchObject({ ok: false, code })
  })

  it('are asked of the real ss', async () => {
    expect(await readPacketSocket({ interfaceName: 'no-such-if' })).toEqual({
      ok: true,
      value: { sockets: 0, drops: 0 },
    })
  })
})
