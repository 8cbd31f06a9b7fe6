import { writeFile } from 'node:fs/promises'
import { toDeviceName } from '../decapsulation.ts'
import { toSentence } from '../faults.ts'
import type { Entry } from '../journal.ts'
import { toCause } from '../read/answer.ts'
import { runProgram } from '../read/program.ts'
import { decodeVxlanDevices, toDeviceGroup, toVxlanDevicePlan, vxlanPort } from './vxlan-device-plan.ts'

/** The devices with which the kernel decapsulates for one sensor, in this network namespace. */
export interface VxlanDevices {
  /**
   * Before an engine starts: makes the devices what the settings say, one for each VNI and no other of this sensor. Those
   * that are right stay as they are. Without VNIs there is nothing to make, and nothing to fail for.
   *
   * @throws SENSOR_DEVICE_FAILED
   */
  readonly ensure: () => Promise<void>
  /** Under a running engine: one that somebody removed is made again, and the engine finds it by its name. Never rejects. */
  readonly mend: () => Promise<void>
  /** After the last engine. Never rejects. */
  readonly remove: () => Promise<void>
}

/** The longest frame of an ENI (MTU 9001). Nothing leaves through the device, and what comes in is not measured by it. */
const mtuBytes = 9001

export function createVxlanDevices(
  stateDir: string,
  vnis: readonly number[],
  log: (entry: Entry) => void,
): VxlanDevices {
  const group = String(toDeviceGroup(stateDir))
  const makeSo = async (wanted: readonly number[]): Promise<void> => {
    const listing = await run('ip', '-json', '-details', 'link', 'show', 'group', group)
    const found = decodeVxlanDevices(listing)
    if (found === undefined) throw new Error(toSentence('SENSOR_DEVICE_FAILED', 'ip link show', 'not a JSON list'))
    const plan = toVxlanDevicePlan(found, wanted)
    for (const name of plan.remove) await run('ip', 'link', 'delete', name)
    for (const vni of plan.add) await addDevice(vni, group)
  }
  const makeSoOrWarn = (wanted: readonly number[]): Promise<void> =>
    makeSo(wanted).catch((error: unknown) =>
      log({ level: 'warn', message: 'the vxlan devices are not as they should be', fields: { error: String(error) } }),
    )
  const remove = () => makeSoOrWarn([])
  return {
    ensure: () => (vnis.length > 0 ? makeSo(vnis) : remove()),
    mend: async () => (vnis.length > 0 ? makeSoOrWarn(vnis) : undefined),
    remove,
  }
}

/**
 * A device that only receives: no remote end, nothing learned, no ARP. It is put up last, when everything holds.
 *
 * What it receives is for the capture alone. The frames are hostile, and some of them (broadcasts, say) would be taken in
 * by the node's own IP stack and answered. A device without an address under strict reverse-path filtering takes in none
 * (Documentation/networking/ip-sysctl.rst, rp_filter; net/ipv4/fib_frontend.c, fib_validate_source).
 */
async function addDevice(vni: number, group: string): Promise<void> {
  const name = toDeviceName(vni)
  const link = ['link', 'add', 'name', name, 'group', group, 'mtu', String(mtuBytes), 'arp', 'off']
  await run('ip', ...link, 'type', 'vxlan', 'id', String(vni), 'dstport', String(vxlanPort), 'nolearning')
  await setSysctl(`ipv4/conf/${name}/rp_filter`, '1')
  await setSysctl(`ipv6/conf/${name}/disable_ipv6`, '1', 'ENOENT')
  // Otherwise segments of one connection come joined, as a packet that was never sent.
  await run('ethtool', '-K', name, 'gro', 'off')
  await run('ip', 'link', 'set', 'dev', name, 'up')
}

/** `passOver`: a kernel without IPv6 has none of its files. */
async function setSysctl(path: string, value: string, passOver?: string): Promise<void> {
  try {
    await writeFile(`/proc/sys/net/${path}`, value)
  } catch (error) {
    const cause = toCause(error)
    if (cause !== passOver) throw new Error(toSentence('SENSOR_DEVICE_FAILED', `writing ${path}`, cause))
  }
}

async function run(program: string, ...args: readonly string[]): Promise<string> {
  const end = await runProgram(program, args)
  if (end.exitCode !== 0) throw new Error(toSentence('SENSOR_DEVICE_FAILED', [program, ...args].join(' '), end.cause))
  return end.stdout
}
