import { describe, expect, it, vi } from 'vitest'
import { defaultFleet } from '../../../../infra/fleet.ts'
import {
  RegionDemonstration,
  type RegionDemonstrationOptions,
} from '../../../../infra/local/console/region-demonstration.ts'
import { toNetworkPlan } from '../../../../infra/local/network-plan.ts'

type Region = RegionDemonstrationOptions['region']
type Play = NonNullable<RegionDemonstrationOptions['playLoad']>

const members = {
  sources: [{ name: 'source-1', zone: 'a' }],
  sensors: ['sensor-1', 'sensor-2'].map((id) => ({ id, zone: 'a' })),
}
const fleetOf = (maximumCapacity: number) => ({
  ...defaultFleet,
  sensors: { ...defaultFleet.sensors, maximumCapacity },
})

/** A region of two sensors; each change, and each load, ends when the test says so. */
function demonstrate(given: Partial<Region> = {}, playing: Play | null = null) {
  const ends = new Map<string, PromiseWithResolvers<string>>()
  const wait = (what: string): Promise<string> => {
    const end = Promise.withResolvers<string>()
    ends.set(what, end)
    return end.promise
  }
  const endOf = (what: string): PromiseWithResolvers<string> => {
    const end = ends.get(what)
    if (end === undefined) throw new Error(`"${what}" was not begun; begun were ${[...ends.keys()].join(', ')}`)
    return end
  }
  const stopped = new Set(['sensor-2'])
  const plan = toNetworkPlan('ab12', members)
  const region: Region = {
    plan,
    fleet: fleetOf(3),
    sensors: plan.sensors.map((address) => ({ address, isStopped: () => stopped.has(address.id) })),
    changes: {
      addSensor: () => wait('add'),
      stopSensor: async (id) => void (await wait(`stop ${id}`)),
      startSensor: async (id) => void (await wait(`start ${id}`)),
    },
    ...given,
  }
  const clock = { milliseconds: 0 }
  const faults: string[] = []
  const play = vi.fn<Play>(playing ?? (() => wait('load')))
  const onSensorAdded = vi.fn(async () => undefined)
  const demonstration = new RegionDemonstration({
    ...{ region, onSensorAdded, playLoad: play, signal: new AbortController().signal },
    onFault: (sentence) => void faults.push(sentence),
    nowMilliseconds: () => clock.milliseconds,
  })
  return { demonstration, begun: ends, endOf, clock, faults, play, onSensorAdded }
}

describe('a sensor', () => {
  it.each([
    ['stop-sensor', 'sensor-1', 'stop sensor-1', 'stopping sensor-1'],
    ['start-sensor', 'sensor-2', 'start sensor-2', 'starting sensor-2'],
  ] as const)('is changed by %s, and not twice at a time', async (action, sensor, change, words) => {
    const { demonstration, begun, endOf } = demonstrate()
    expect(demonstration.begin(action, sensor)).toBeNull()
    expect([...begun.keys()]).toEqual([change])
    expect(demonstration.view().underWay).toEqual([words])
    expect(demonstration.begin('stop-sensor', sensor)).toBe(`${sensor} is being changed already`)
    endOf(change).resolve('')
    await vi.waitFor(() => expect(demonstration.view().underWay).toEqual([]))
    expect(demonstration.begin(action, sensor)).toBeNull()
  })

  it.each([
    ['stop-sensor', 'sensor-2', 'sensor-2 is stopped already'],
    ['start-sensor', 'sensor-1', 'sensor-1 runs; only a stopped sensor can be started'],
    ['stop-sensor', 'sensor-9', 'got "sensor-9", allowed is sensor-1, sensor-2'],
    ['start-sensor', null, 'got no sensor, allowed is sensor-1, sensor-2'],
  ] as const)('is left alone by %s of %s, with the reason', (action, sensor, why) => {
    const { demonstration, begun } = demonstrate()
    expect(demonstration.begin(action, sensor)).toBe(why)
    expect([begun.size, demonstration.view().underWay]).toEqual([0, []])
  })

  it('is not offered while it is planned and not yet there', () => {
    const planned = { id: 'sensor-3', zone: 'a' }
    const plan = toNetworkPlan('ab12', { ...members, sensors: [...members.sensors, planned] })
    const { demonstration } = demonstrate({ plan })
    const why = 'got "sensor-3", allowed is sensor-1, sensor-2'
    expect(demonstration.begin('stop-sensor', 'sensor-3')).toBe(why)
  })

  it('can be changed again after a change that failed, which is told', async () => {
    const { demonstration, endOf, faults } = demonstrate()
    demonstration.begin('stop-sensor', 'sensor-1')
    endOf('stop sensor-1').reject(new Error('the agent does not end'))
    await vi.waitFor(() => expect(demonstration.view().underWay).toEqual([]))
    expect(faults).toEqual(['stopping sensor-1: the agent does not end'])
    expect(demonstration.view().failure).toBe('stopping sensor-1: the agent does not end')
    expect(demonstration.begin('stop-sensor', 'sensor-1')).toBeNull()
    expect(demonstration.view().failure).toBeNull()
  })
})

describe('one sensor more', () => {
  it('is told when it is there, not before, and one at a time', async () => {
    const { demonstration, endOf, onSensorAdded } = demonstrate()
    expect(demonstration.view().maySensorsBeAdded).toBe(true)
    expect(demonstration.begin('add-sensor', null)).toBeNull()
    expect(demonstration.view()).toMatchObject({ underWay: ['adding a sensor'], maySensorsBeAdded: false })
    expect(demonstration.begin('add-sensor', null)).toBe('a sensor is being added already')
    expect(onSensorAdded).not.toHaveBeenCalled()
    endOf('add').resolve('sensor-3')
    await vi.waitFor(() => expect(demonstration.view()).toMatchObject({ underWay: [], maySensorsBeAdded: true }))
    expect(onSensorAdded).toHaveBeenCalledOnce()
  })

  it('is not told when it did not come', async () => {
    const { demonstration, endOf, onSensorAdded, faults } = demonstrate()
    demonstration.begin('add-sensor', null)
    endOf('add').reject(new Error('no room'))
    await vi.waitFor(() => expect(faults).toEqual(['adding a sensor: no room']))
    await vi.waitFor(() => expect(demonstration.view().maySensorsBeAdded).toBe(true))
    expect(onSensorAdded).not.toHaveBeenCalled()
  })

  it('is refused at the limit of the fleet', () => {
    const { demonstration, begun } = demonstrate({ fleet: fleetOf(2) })
    expect(demonstration.view().maySensorsBeAdded).toBe(false)
    expect(demonstration.begin('add-sensor', null)).toBe('the fleet has its 2 sensors')
    expect(begun.size).toBe(0)
  })
})

describe('the load', () => {
  it('is sent once at a time, for half a minute that is counted down to 0 and no further', async () => {
    const { demonstration, endOf, clock } = demonstrate()
    expect([demonstration.hasSentLoad(), demonstration.view().loadSecondsLeft]).toEqual([false, null])
    expect(demonstration.begin('add-load', null)).toBeNull()
    const left = [0, 1, 29_999, 30_000, 45_000].map((milliseconds) => {
      clock.milliseconds = milliseconds
      return demonstration.view().loadSecondsLeft
    })
    expect(left).toEqual([30, 30, 1, 0, 0])
    expect(demonstration.begin('add-load', null)).toBe('load is being sent already; it ends by itself')
    endOf('load').resolve('')
    await vi.waitFor(() => expect(demonstration.view().loadSecondsLeft).toBeNull())
    expect(demonstration.hasSentLoad()).toBe(true)
    expect(demonstration.begin('add-load', null)).toBeNull()
  })

  it('is bounded in rate, time and number, and has the VNI of the fleet’s own session', () => {
    const { demonstration, play } = demonstrate()
    demonstration.begin('add-load', null)
    const [{ args, seconds } = { args: [], seconds: 0 }] = play.mock.calls[0] ?? []
    const vni = String(defaultFleet.trafficMirrorSession.virtualNetworkId)
    const bounds = ['--pps', '10000', '--seconds', '30', '--packets', '300000']
    expect(args).toEqual(['--scenario', 'http-audit', ...bounds, '--vni', vni])
    expect(seconds).toBe(30)
  })

  it.each<[string, Play]>([
    ['fails', () => Promise.reject(new Error('no mirror link'))],
    [
      'cannot even begin',
      () => {
        throw new Error('no mirror link')
      },
    ],
  ])('that %s is told, and can be sent again', async (_, play) => {
    const { demonstration, faults } = demonstrate({}, play)
    expect(demonstration.begin('add-load', null)).toBeNull()
    await vi.waitFor(() => expect(faults).toEqual(['load: no mirror link']))
    await vi.waitFor(() => expect(demonstration.view().loadSecondsLeft).toBeNull())
    expect(demonstration.view().failure).toBe('load: no mirror link')
    expect(demonstration.begin('add-load', null)).toBeNull()
  })
})
