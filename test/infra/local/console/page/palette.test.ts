import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { projectRoot } from '../../../../support/source-files.ts'

const css = readFileSync(join(projectRoot, 'infra/local/console/page/colours.css'), 'utf8')
const [light = '', dark = ''] = css.split('@media (prefers-color-scheme: dark)')
const read = (text: string) =>
  new Map([...text.matchAll(/--([\w-]+): (#[\da-f]{6});/g)].map(([, name = '', hex = '']) => [name, hex]))
const schemes = [
  ['light', read(light)],
  ['dark', read(dark)],
] as const

const series = Array.from({ length: 8 }, (_, index) => `series-${index + 1}`)
/** What is no text, but tells something or is to be pressed, and all that it stands on. */
const pairs = [
  ...['surface', 'sunk', 'page', 'hover', 'bad-wash', 'warn-wash'].map((ground) => ['control', ground] as const),
  ...['surface', 'sunk'].flatMap((ground) => [['passed', ground] as const, ['loss', ground] as const]),
  ...['mirrored', 'good', 'warn', 'bad', 'focus', ...series].map((front) => [front, 'surface'] as const),
]

/** WCAG 2.2, relative luminance. */
function toLuminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function toContrast(one: string, other: string): number {
  const [dim = 0, bright = 0] = [toLuminance(one), toLuminance(other)].sort((a, b) => a - b)
  return (bright + 0.05) / (dim + 0.05)
}

describe('colours of the page', () => {
  it.each(schemes)('in %s stand out from what they stand on by 3:1, as WCAG 2.2 asks in 1.4.11', (_scheme, colours) => {
    const dim = pairs.flatMap(([front, ground]) => {
      const contrast = toContrast(colours.get(front) ?? '', colours.get(ground) ?? '')
      return contrast >= 3 ? [] : [`${front} on ${ground}: ${contrast.toFixed(2)}`]
    })
    expect(dim).toEqual([])
  })
})
