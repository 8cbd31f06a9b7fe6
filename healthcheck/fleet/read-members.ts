import { FleetUnread, toFault } from './aws-call.ts'
import type { Clients } from './clients.ts'
import type { FleetListing, FleetReading, ScalingGroup, SensorAnswer } from './fleet-reading.ts'
import { readAddresses } from './read-addresses.ts'
import { readGroup } from './read-group.ts'
import { readSensor } from './read-sensor.ts'
import { readTargets } from './read-targets.ts'

export interface ListQuestion {
  readonly group: string
  /** @default - the group's own */
  readonly targetGroupArn: string | null
  /** Ends everything: what has not been read by then is a fault. */
  readonly signal: AbortSignal
}

export interface AskQuestion {
  /** Of the agents. */
  readonly port: number
  /** Of one /status. */
  readonly sensorDeadlineSeconds: number
  /** Ends everything: who has not answered by then has not answered. */
  readonly signal: AbortSignal
}

export type Question = ListQuestion & AskQuestion

/** Connections at once. A fleet of 500 that nobody answers for is through in 8 deadlines. */
const askedAtOnce = 64

/**
 * Reads a fleet in three views. Without the group or its targets there is nothing to join; a sensor that cannot be
 * asked is a view of its own.
 * @throws FleetUnread
 */
export async function readMembers(clients: Clients, question: Question): Promise<FleetReading> {
  return await askSensors(await readListing(clients, question), question)
}

/** Reads AWS's two views, and where the sensors can be asked. @throws FleetUnread */
export async function readListing(clients: Clients, question: ListQuestion): Promise<FleetListing> {
  const { signal } = question
  const { group, instances } = await readGroup(clients.autoScaling, question.group, signal)
  const targetGroupArn = question.targetGroupArn ?? toOnlyTargetGroup(group)
  const targets = targetGroupArn === null ? [] : await readTargets(clients.loadBalancing, targetGroupArn, signal)
  const ids = [...new Set([...instances, ...targets].map(({ id }) => id))].sort()
  const found = await readAddresses(clients.ec2, ids, signal).catch((error: unknown) =>
    error instanceof FleetUnread ? error.message : toFault(error),
  )
  const sensors = ids.map((id) => {
    const instance = instances.find((one) => one.id === id) ?? null
    const target = targets.find((one) => one.id === id) ?? null
    const address = typeof found === 'string' ? null : (found.get(id) ?? null)
    return { id, zone: instance?.zone ?? '', instance, target, address }
  })
  return { group, targetGroupArn, sensors, addressesFault: typeof found === 'string' ? found : null }
}

/** Asks every sensor that AWS knows for its own word. Never rejects: a sensor that cannot be asked has not answered. */
export async function askSensors(listing: FleetListing, question: AskQuestion): Promise<FleetReading> {
  const { group, targetGroupArn, addressesFault } = listing
  const { port, signal, sensorDeadlineSeconds } = question
  const ask = async ({ address }: FleetListing['sensors'][number]): Promise<SensorAnswer> => {
    if (address === null) {
      return { answered: false, fault: `no address: ${addressesFault ?? 'the instance has none, or is gone'}` }
    }
    return await readSensor(address, port, AbortSignal.any([signal, AbortSignal.timeout(sensorDeadlineSeconds * 1000)]))
  }
  const answers = await inTurns(listing.sensors, ask)
  const sensors = listing.sensors.map(({ address: _, ...views }, index) => ({
    ...views,
    sensor: answers[index] ?? unasked,
  }))
  return { group, targetGroupArn, sensors }
}

const unasked: SensorAnswer = { answered: false, fault: 'not asked' }

function toOnlyTargetGroup({ name, targetGroupArns }: ScalingGroup): string | null {
  const [first = null, ...more] = targetGroupArns
  if (more.length === 0) return first
  throw new FleetUnread(`group ${name} has ${targetGroupArns.length} target groups; say which by --target-group:
${targetGroupArns.map((arn) => `  ${arn}`).join('\n')}`)
}

/** The answers in the order of the questions, at most `askedAtOnce` of them open. */
async function inTurns<Q, A>(questions: readonly Q[], ask: (question: Q) => Promise<A>): Promise<A[]> {
  const answers: A[] = []
  const waiting = questions.entries()
  const work = async () => {
    for (const [index, question] of waiting) answers[index] = await ask(question)
  }
  await Promise.all(Array.from({ length: askedAtOnce }, work))
  return answers
}
