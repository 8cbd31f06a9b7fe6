import { createHash } from 'node:crypto'
import { type Static, Type } from 'typebox'
import { Check } from 'typebox/value'
import { toDeviceName } from '../decapsulation.ts'

export const vxlanPort = 4789

/** One device as `ip -json -details link show` prints it. Devices of other kinds have other data. */
const VxlanDevice = Type.Object({
  ifname: Type.String(),
  flags: Type.Array(Type.String()),
  linkinfo: Type.Object({
    info_kind: Type.Literal('vxlan'),
    info_data: Type.Object({ id: Type.Integer(), port: Type.Integer() }),
  }),
})
export type VxlanDevice = Static<typeof VxlanDevice>

export interface VxlanDevicePlan {
  /** Names. */
  readonly remove: readonly string[]
  /** VNIs. */
  readonly add: readonly number[]
}

/** The vxlan devices in what `ip` printed; undefined when it is not a list. It prints `{}` for what a filter left out. */
export function decodeVxlanDevices(text: string): readonly VxlanDevice[] | undefined {
  // Ubuntu's iproute2 writes its fan-map into the JSON without quotes (6.1.0-1ubuntu6 of 24.04: `"id":7fan-map ,`).
  const json = text.replace(/(?<=\d)fan-map (?=,)/g, '')
  try {
    const links: unknown = JSON.parse(json.trim() === '' ? '[]' : json)
    return Array.isArray(links) ? links.filter((link) => Check(VxlanDevice, link)) : undefined
  } catch {
    return undefined
  }
}

/** From our devices as found to those that are wanted. A device is put up last: one that is down was never finished. */
export function toVxlanDevicePlan(found: readonly VxlanDevice[], vnis: readonly number[]): VxlanDevicePlan {
  const good = vnis.filter((vni) => found.some((device) => isDeviceOf(device, vni)))
  const kept = new Set(good.map(toDeviceName))
  return {
    remove: found.map(({ ifname }) => ifname).filter((name) => !kept.has(name)),
    add: vnis.filter((vni) => !good.includes(vni)),
  }
}

const isDeviceOf = ({ ifname, flags, linkinfo: { info_data: data } }: VxlanDevice, vni: number): boolean =>
  ifname === toDeviceName(vni) && data.id === vni && data.port === vxlanPort && flags.includes('UP')

/**
 * Marks the devices of one sensor, by its state folder: the kernel sets a link's group as it makes the link, so that an
 * agent that dies in between leaves no device of nobody's. 1 … 2^31-1, for 0 is the group of all other links.
 */
export const toDeviceGroup = (stateDir: string): number =>
  (createHash('sha256').update(`mirror-fleet ${stateDir}`).digest().readUInt32BE(0) >>> 1) | 1
