import { rm, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { defaultFleet } from '../../../infra/fleet.ts'
import { waitUntil } from '../../../infra/local/condition.ts'
import { withOptions } from '../../../infra/local/local-fleet.ts'
import { readNamespaces } from '../../../infra/local/namespaces.ts'
import { namespacePrefix } from '../../../infra/local/network-plan.ts'
import { type Region, readSensors, type SensorView, startRegion } from '../../../infra/local/region.ts'
import { readLogged, sendRounds, waitUntilHealthy } from '../../../infra/local/round.ts'
import { isAllLogged } from '../../../infra/local/summary.ts'

const described = withOptions(defaultFleet, { sensors: 1, sources: 1 })
const fleet = { ...described, sensors: { ...described.sensors, maximumCapacity: 2 } }
const lost: string[] = []
let region: Region

beforeAll(async () => {
  region = await startRegion({ fleet, onProgress: () => undefined, onLost: (what) => lost.push(what) })
  await waitUntilHealthy(region)
})
afterAll(async () => await region?.stop())

const waitForTarget = (id: string, state: string): Promise<readonly SensorView[]> =>
  waitUntil({
    what: `${id} ${state}`,
    deadlineSeconds: 60,
    read: () => readSensors(region),
    isDone: (views) => views.some((view) => view.id === id && view.targetState === state),
  })

/** Enough flows that each of two sensors has some. */
async function expectEveryRequestLogged(tag: string): Promise<void> {
  const sent = await sendRounds(region, { http: 60, https: 10, dns: 10 }, tag)
  await waitUntil({
    what: 'every request logged',
    deadlineSeconds: 30,
    read: () => readLogged(region),
    isDone: (logged) => isAllLogged(logged, sent),
    describe: () => 'some are missing',
  })
}

describe('a region that is up', () => {
  it('is as it was after a sensor that could not be added, and takes the next', async () => {
    const inTheWay = `${region.folder}/sensor-2`
    await writeFile(inTheWay, '')
    await expect(region.changes.addSensor()).rejects.toThrow('ENOTDIR')
    expect([region.plan.sensors.length, region.sensors.length]).toEqual([1, 1])
    const namespaces = await readNamespaces(namespacePrefix(region.id))
    expect(namespaces.filter((name) => name.includes('sensor'))).toEqual([region.plan.sensors[0]?.namespace])
    await rm(inTheWay)
  })

  it('takes one sensor more, which gets its part of the traffic', async () => {
    expect(await region.changes.addSensor()).toBe('sensor-2')
    await waitUntilHealthy(region)
    await expectEveryRequestLogged('two')
    const logged = await readLogged(region)
    expect(logged.map(({ http }) => http.size > 0)).toEqual([true, true])
  })

  it('refuses more than the fleet’s maximum, and a sensor that it does not have', async () => {
    await expect(region.changes.addSensor()).rejects.toThrow('2 sensors are all that the fleet may have')
    await expect(region.changes.stopSensor('sensor-9')).rejects.toThrow('there are sensor-1, sensor-2')
    await expect(region.changes.startSensor('sensor-1')).rejects.toThrow('sensor-1 runs')
    expect(region.plan.sensors).toHaveLength(2)
  })

  it('loses a sensor, which the load balancer notices, and sends everything to the other', async () => {
    await region.changes.stopSensor('sensor-2')
    expect(region.sensors.map((sensor) => sensor.isStopped())).toEqual([false, true])
    await waitForTarget('sensor-2', 'unhealthy')
    await expectEveryRequestLogged('one')
  })

  it('gets it back with its logs', async () => {
    await region.changes.startSensor('sensor-2')
    await waitUntilHealthy(region)
    await expectEveryRequestLogged('again')
  })

  it('waits for a change under way before it goes, and leaves nothing', async () => {
    const stopping = region.changes.stopSensor('sensor-1')
    const starting = region.changes.startSensor('sensor-1').catch((error: Error) => error.message)
    await waitUntil({
      what: 'the change to begin',
      deadlineSeconds: 10,
      read: () => region.sensors.some((sensor) => sensor.isStopped()),
      isDone: Boolean,
    })
    await region.stop()
    await stopping
    expect(await starting).toMatch('the region is being taken down')
    expect(await readNamespaces(namespacePrefix(region.id))).toEqual([])
    expect(lost).toEqual([])
  })
})
