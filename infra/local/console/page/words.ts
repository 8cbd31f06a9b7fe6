/** Numbers, times and hostile strings as words. A null is unknown, which is never zero. */

export const notCounted = 'not counted'
export const unknown = 'unknown'

const format = (digits: number) => new Intl.NumberFormat('en', { maximumFractionDigits: digits })
const whole = format(0)
const oneDigit = format(1)
const twoDigits = format(2)
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 })

/** A rate a second, without its unit. One that is above zero never reads as zero. */
export function toRate(perSecond: number | null, otherwise = unknown): string {
  if (perSecond === null) return otherwise
  if (perSecond === 0) return '0'
  if (perSecond < 0.01) return '< 0.01'
  return (perSecond < 1 ? twoDigits : perSecond < 100 ? oneDigit : whole).format(perSecond)
}

/** For the axis of a chart: 12K. */
export const toCompact = (value: number): string => compact.format(value)

/** @param ratio 0..1; above zero it never reads as zero, below one never as one */
export function toPercent(ratio: number | null, otherwise = unknown): string {
  if (ratio === null) return otherwise
  if (ratio === 0) return '0 %'
  const percent = ratio * 100
  if (percent < 0.0001) return '< 0.0001 %'
  if (percent < 1) return `${Number(percent.toPrecision(2))} %`
  if (percent < 99.95) return `${oneDigit.format(percent)} %`
  return percent < 100 ? '> 99.9 %' : `${whole.format(percent)} %`
}

export const toCount = (count: number, one: string, several = `${one}s`): string =>
  `${whole.format(count)} ${count === 1 ? one : several}`

/** How long something has lasted. */
export function toDuration(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000))
  if (seconds < 120) return `${seconds} s`
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min`
  if (seconds < 172_800) return `${Math.floor(seconds / 3600)} h`
  return `${Math.floor(seconds / 86_400)} d`
}

const pad = (part: number): string => String(part).padStart(2, '0')

/** Of the day, in the time zone of whoever looks. */
export function toClock(atMilliseconds: number): string {
  const at = new Date(atMilliseconds)
  return Number.isNaN(at.getTime()) ? unknown : [at.getHours(), at.getMinutes(), at.getSeconds()].map(pad).join(':')
}

/** "a, b and c". */
export function toList(words: readonly string[]): string {
  const last = words.at(-1) ?? ''
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`
}

/** Text that may be an attacker's: a control character, or one that turns the direction of text, is shown and not obeyed. */
export const toPrintable = (text: string): string =>
  text.replace(
    /[\p{Cc}\p{Cf}\u2028\u2029]/gu,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  )
