import { FleetDescription, isRecord } from './fleet.ts'
import { SpokeDescription } from './spoke.ts'

const fleetFields = Object.keys(FleetDescription.properties)
const spokeFields = Object.keys(SpokeDescription.properties)

/**
 * Which of the two descriptions a value from outside is meant to be, so that one given for the other is told in a sentence and
 * not in unknown fields one by one.
 * @returns null unless it has fields that only one of them has
 */
export function toDescriptionKind(described: unknown): 'fleet' | 'spoke' | null {
  if (!isRecord(described)) return null
  const fields = Object.keys(described)
  const isFleet = fields.some((field) => fleetFields.includes(field) && !spokeFields.includes(field))
  const isSpoke = fields.some((field) => spokeFields.includes(field) && !fleetFields.includes(field))
  if (isFleet === isSpoke) return null
  return isFleet ? 'fleet' : 'spoke'
}
