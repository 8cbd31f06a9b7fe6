import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  decodeVxlanDevices,
  toDeviceGroup,
  toVxlanDevicePlan,
  type VxlanDevice,
} from '../../../sensor-agent/suricata/vxlan-device-plan.ts'

const device = (vni: number, changed: Partial<VxlanDevice> = {}, port = 4789): VxlanDevice => ({
  ifname: `vni${vni}`,
  flags: ['BROADCAST', 'MULTICAST', 'NOARP', 'UP', 'LOWER_UP'],
  linkinfo: { info_kind: 'vxlan', info_data: { id: vni, port } },
  ...changed,
})
/** As iproute2 6.1 prints it: `{}` for each link that the group left out. */
const printed =
  '[{},{},{"ifindex":2,"ifname":"vni7","flags":["BROADCAST","MULTICAST","NOARP","UP","LOWER_UP"],"mtu":9001,' +
  '"group":"1804289383","linkinfo":{"info_kind":"vxlan","info_data":{"id":7,"port_range":{"low":0,"high":0},' +
  '"port":4789,"learning":false,"ttl":0}}},{"ifname":"x","flags":[],"linkinfo":{"info_kind":"veth"}}]'

describe('the vxlan devices', () => {
  it('are found among what ip prints', () => {
    const found = decodeVxlanDevices(printed) ?? []
    expect(found.map(({ ifname }) => ifname)).toEqual(['vni7'])
    expect(toVxlanDevicePlan(found, [7])).toEqual({ remove: [], add: [] })
  })

  it('are found by Ubuntu’s ip as well, which writes its fan-map into the JSON without quotes', () => {
    const ubuntu = printed.replace('"id":7,', '"id":7fan-map ,')
    expect(decodeVxlanDevices(ubuntu)).toEqual(decodeVxlanDevices(printed))
  })

  it.each(['', '[]', '[{}]'])('are none in %j', (text) => {
    expect(decodeVxlanDevices(text)).toEqual([])
  })

  it('are unknown in what is no list, whatever it is', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(decodeVxlanDevices(`{${text}`)).toBeUndefined()
      }),
    )
  })

  it.each<[string, VxlanDevice]>([
    ['was never finished', device(7, { flags: ['BROADCAST', 'NOARP'] })],
    ['is of another VNI', device(8, { ifname: 'vni7' })],
    ['has another name', device(7, { ifname: 'other' })],
    ['listens on another port', device(7, {}, 8472)],
  ])('are made anew when one %s', (_, found) => {
    expect(toVxlanDevicePlan([found], [7])).toEqual({ remove: [found.ifname], add: [7] })
  })

  it('are afterwards those that were asked for, and those that are right are not touched', () => {
    const vnis = fc.uniqueArray(fc.nat(50), { maxLength: 20 })
    fc.assert(
      fc.property(vnis, vnis, (before, wanted) => {
        const { remove, add } = toVxlanDevicePlan(
          before.map((vni) => device(vni)),
          wanted,
        )
        const left = before.filter((vni) => !remove.includes(`vni${vni}`))
        expect([...left, ...add].sort()).toEqual([...wanted].sort())
        expect(left).toEqual(before.filter((vni) => wanted.includes(vni)))
      }),
    )
  })

  it('are marked by a group that is the state folder’s own', () => {
    fc.assert(
      fc.property(fc.string(), (stateDir) => {
        const group = toDeviceGroup(stateDir)
        expect(Number.isInteger(group) && group > 0 && group < 2 ** 31).toBe(true)
        expect(toDeviceGroup(`${stateDir}/x`)).not.toBe(group)
      }),
    )
  })
})
