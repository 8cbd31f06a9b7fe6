import type { Environment } from './config.ts'

/** Each VNI is an interface of its own to the engine, with threads and rings of its own. */
export const maximumVnis = 64
/** 24 bits (RFC 7348 section 5). */
const maximumVni = 2 ** 24 - 1

type Settings = Pick<Environment, 'SENSOR_DECAPSULATION' | 'SENSOR_VNIS'>

const listed = ({ SENSOR_VNIS }: Settings): readonly number[] =>
  SENSOR_VNIS === '' ? [] : SENSOR_VNIS.split(',').map(Number)

/** The VNIs that the kernel decapsulates; none unless it is asked to. */
export const toVnis = (settings: Settings): readonly number[] =>
  settings.SENSOR_DECAPSULATION === 'kernel' ? listed(settings) : []

/** The device of a VNI. EVE's `in_iface` carries this name, so it tells the tenant. At most 11 of an interface's 15 characters. */
export const toDeviceName = (vni: number): string => `vni${vni}`

export const toDeviceNames = (settings: Settings): readonly string[] => toVnis(settings).map(toDeviceName)

/** What the pattern of SENSOR_VNIS cannot say. @returns every complaint at once */
export function judgeVnis(settings: Settings): readonly string[] {
  const vnis = listed(settings)
  const tooBig = vnis.filter((vni) => vni > maximumVni)
  const twice = vnis.filter((vni, index) => vnis.indexOf(vni) < index)
  return [
    ...tooBig.map((vni) => `SENSOR_VNIS has ${vni}; allowed is 0 to ${maximumVni}; take it out`),
    ...[...new Set(twice)].map((vni) => `SENSOR_VNIS has ${vni} more than once; allowed is once; take the others out`),
    ...(vnis.length > maximumVnis
      ? [`SENSOR_VNIS has ${vnis.length} identifiers; allowed are ${maximumVnis}; leave the rest to the engine`]
      : []),
    ...(settings.SENSOR_DECAPSULATION === 'kernel' && vnis.length === 0
      ? [
          'SENSOR_VNIS is empty with SENSOR_DECAPSULATION kernel; allowed are 1 to 64 identifiers, such as 7,77; ' +
            'name those of the mirror sessions, or leave SENSOR_DECAPSULATION unset',
        ]
      : []),
  ]
}
