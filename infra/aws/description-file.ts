import { existsSync, readFileSync } from 'node:fs'
import { toDescriptionKind } from '../description-kind.ts'
import { decodeFleet } from '../fleet.ts'
import { decodeSpoke, type SpokeDescription } from '../spoke.ts'
import { type AwsFleet, isAwsFleet } from './aws-fleet.ts'

export type Read<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly complaints: readonly string[] }

function readJson(path: string): Read<unknown> {
  try {
    return { ok: true, value: JSON.parse(readFileSync(path, 'utf8')) }
  } catch (error) {
    if (!existsSync(path)) return { ok: false, complaints: ['there is no such file'] }
    return { ok: false, complaints: [`cannot be read as JSON: ${error instanceof Error ? error.message : error}`] }
  }
}

/** Every complaint names the file. */
const inFile = <T>(path: string, read: Read<T>): Read<T> =>
  read.ok ? read : { ok: false, complaints: read.complaints.map((complaint) => `${path}: ${complaint}`) }

type Kind = NonNullable<ReturnType<typeof toDescriptionKind>>

/** A file whose description is not of the other kind: field by field it would only be told what is unknown. */
function readKind(path: string, wanted: Kind): Read<unknown> {
  const json = readJson(path)
  const kind = json.ok ? (toDescriptionKind(json.value) ?? wanted) : wanted
  if (kind === wanted) return json
  const allowed = `got the description of a ${kind}, allowed is that of a ${wanted}`
  return { ok: false, complaints: [`${allowed}; a ${kind} is deployed with -c ${kind}=${path}`] }
}

/** @returns the fleet of a file, which must say where on AWS it goes */
export function readFleetFile(path: string): Read<AwsFleet> {
  const json = readKind(path, 'fleet')
  if (!json.ok) return inFile(path, json)
  const decoded = decodeFleet(json.value)
  if (!decoded.ok) return inFile(path, decoded)
  if (isAwsFleet(decoded.fleet)) return { ok: true, value: decoded.fleet }
  return inFile(path, { ok: false, complaints: ['aws: got nothing, allowed is at least account and region'] })
}

/** @param overrides fields that the fleet's owner told in a command instead of in the file */
export function readSpokeFile(path: string, overrides: Readonly<Record<string, string>>): Read<SpokeDescription> {
  const json = readKind(path, 'spoke')
  if (!json.ok) return inFile(path, json)
  const described =
    typeof json.value === 'object' && json.value !== null && Object.keys(overrides).length > 0
      ? { ...json.value, ...overrides }
      : json.value
  const decoded = decodeSpoke(described)
  return decoded.ok ? { ok: true, value: decoded.spoke } : inFile(path, decoded)
}
