import { describe, expect, it } from 'vitest'
import { decodeWireCounters, readWireCounters } from '../../../load/send/wire-counters.ts'

const text = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo:     100       1    0    0    0     0          0         0      200       2    0    0    0     0       0          0
mirror0:5 4 3 2 1 0 0 0 16500 150 0 7 0 0 0 0
`

describe('the wire’s counters', () => {
  it('are the sending half of the interface’s line, also when its name leaves no space', () => {
    expect(decodeWireCounters(text, 'lo')).toEqual({ packets: 2, bytes: 200, drops: 0 })
    expect(decodeWireCounters(text, 'mirror0')).toEqual({ packets: 150, bytes: 16500, drops: 7 })
  })

  it('are null for an interface that is not there', () => expect(decodeWireCounters(text, 'mirror')).toBeNull())

  it('are found for this machine’s loopback', () => expect(readWireCounters('lo')?.packets).toBeGreaterThanOrEqual(0))
})
