import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { canaryRule } from '../../../load/scenarios/canary-rule.ts'
import { waitUntil } from '../condition.ts'
import { type Region, readSensors } from '../region.ts'

/** The agent looks for new rules every two seconds; an engine reads all of them once more on a busy machine. */
const loadedSeconds = 90

/** Gives every sensor the canary's rule and returns once their engines have loaded it. Sensors that have it keep it. */
export async function installCanaryRule(region: Region, signal: AbortSignal): Promise<void> {
  const toFile = (id: string) => `${region.folder}/${id}/rules/canary.rules`
  const before = new Map((await readSensors(region)).map(({ id, status }) => [id, status?.rules.loaded ?? 0]))
  const without = region.plan.sensors.filter(({ id }) => !existsSync(toFile(id)))
  await Promise.all(without.map(({ id }) => writeFile(toFile(id), `${canaryRule}\n`)))
  await waitUntil({
    what: 'the rule of the canary loaded by every sensor',
    deadlineSeconds: loadedSeconds,
    read: () => readSensors(region),
    isDone: (sensors) =>
      sensors.every(
        ({ id, status }) =>
          !without.some((sensor) => sensor.id === id) || (status?.rules.loaded ?? 0) > (before.get(id) ?? 0),
      ),
    describe: (sensors) => sensors.map(({ id, status }) => `${id} ${status?.rules.loaded} rules`).join(', '),
    signal,
  })
}
