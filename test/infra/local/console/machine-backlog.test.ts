import { describe, expect, it } from 'vitest'
import { MachineBacklog } from '../../../../infra/local/console/machine-backlog.ts'

const softnet = (drops: number | null) => ({ place: 'softnet', packets: 5, drops })
const line = { place: 'interface', packets: 9, drops: 1 }

describe('the backlog of the machine', () => {
  it('is told under the first sensor only, without packets, which are everybody’s', () => {
    const backlog = new MachineBacklog()
    backlog.see([softnet(7), softnet(7)])
    expect(backlog.toOwnPlaces([line, softnet(7)], true)).toEqual([line, { ...softnet(7), packets: null }])
    expect(backlog.toOwnPlaces([line, softnet(7)], false)).toEqual([line, { ...softnet(null), packets: null }])
  })

  it('goes on under the first sensor while that one is silent, and so is not counted twice when it is back', () => {
    const backlog = new MachineBacklog()
    backlog.see([softnet(7)])
    backlog.see([softnet(9)])
    expect(backlog.toOwnPlaces([], true)).toEqual([{ ...softnet(9), packets: null }])
    expect(backlog.toOwnPlaces([], false)).toEqual([])
  })

  it('never steps back, whoever looked last', () => {
    const backlog = new MachineBacklog()
    backlog.see([softnet(9)])
    backlog.see([softnet(8), softnet(null)])
    expect(backlog.toOwnPlaces([softnet(8)], true)).toEqual([{ ...softnet(9), packets: null }])
  })

  it('is unknown before anybody has answered', () => {
    expect(new MachineBacklog().toOwnPlaces([], true)).toEqual([])
  })
})
