import { ipv4Address, macAddress } from './packet/address.ts'
import { awsOuterPorts, type OuterPortRange } from './packet/outer-port.ts'
import { FlowSpec } from './scenario.ts'

/** How the text of one option becomes a value; undefined: it does not. */
export interface OptionReader<T> {
  readonly read: (text: string) => T | undefined
  /** In words, for complaints. */
  readonly allowed: string
}

const SUFFIXES: Readonly<Record<string, number>> = { '': 1, k: 1e3, M: 1e6, G: 1e9 }

/** Digits, perhaps a fraction, perhaps one of k, M, G. */
function readNumber(text: string): number | undefined {
  const match = /^(\d{1,12}(?:\.\d{1,6})?)([kMG]?)$/.exec(text)
  return match === null ? undefined : Number(match[1]) * (SUFFIXES[match[2] ?? ''] ?? Number.NaN)
}

export const number = (minimum: number, maximum: number): OptionReader<number> => ({
  allowed: `a number of ${minimum}..${maximum}, as in 20000, 20k or 1.5M`,
  read: (text) => {
    const value = readNumber(text)
    return value !== undefined && value >= minimum && value <= maximum ? value : undefined
  },
})

export const integer = (minimum: number, maximum: number): OptionReader<number> => ({
  allowed: `an integer of ${minimum}..${maximum}`,
  read: (text) => {
    const value = number(minimum, maximum).read(text)
    return Number.isInteger(value) ? value : undefined
  },
})

export const text: OptionReader<string> = { allowed: 'a text', read: (given) => (given === '' ? undefined : given) }

export const choice = <const T extends string>(choices: readonly T[]): OptionReader<T> => ({
  allowed: choices.join(' or '),
  read: (given) => choices.find((name) => name === given),
})

const reading =
  <T>(read: (given: string) => T) =>
  (given: string): T | undefined => {
    try {
      return read(given)
    } catch {
      return undefined
    }
  }

export const ipv4: OptionReader<string> = {
  allowed: 'an IPv4 address, such as 198.18.0.1',
  read: reading((given) => {
    ipv4Address(given)
    return given
  }),
}

export const mac: OptionReader<number> = {
  allowed: 'a MAC address, such as 02:00:00:00:00:01',
  read: reading(macAddress),
}

/** RFC 7348 §5 recommends the dynamic ports for the outer source port. */
const wideOuterPorts: OuterPortRange = { first: 49152, count: 16384 }

export const outerPorts: OptionReader<OuterPortRange> = {
  allowed: 'aws (65408-65535), wide (49152-65535), or a range such as 65408-65409',
  read: (given) => {
    if (given === 'aws') return awsOuterPorts
    if (given === 'wide') return wideOuterPorts
    const match = /^(\d{1,5})-(\d{1,5})$/.exec(given)
    const [first, last] = [Number(match?.[1]), Number(match?.[2])]
    return first >= 1 && last <= 65535 && first <= last ? { first, count: last - first + 1 } : undefined
  },
}

export const flowKinds = FlowSpec.anyOf.map((schema) => schema.properties.kind.const)
export type FlowKind = FlowSpec['kind']

/** How many flows of each kind are under way at once. */
export const flowCounts: OptionReader<ReadonlyMap<FlowKind, number>> = {
  allowed: `a list such as http=10,dns=5, with kinds ${flowKinds.join(', ')}`,
  read: (given) => {
    const counts = new Map<FlowKind, number>()
    for (const part of given.split(',')) {
      const [name, count = ''] = part.split('=')
      const kind = flowKinds.find((known) => known === name)
      const value = integer(1, 65536).read(count)
      if (kind === undefined || value === undefined) return undefined
      counts.set(kind, value)
    }
    return counts
  },
}
