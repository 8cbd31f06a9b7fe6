export interface SeriesStyle {
  readonly colour: string
  /** Of the line; empty: solid. */
  readonly dash: readonly number[]
}

export interface Palette {
  readonly ink: string
  readonly grid: string
  readonly mirrored: string
  readonly loss: string
  readonly toSeries: (index: number) => SeriesStyle
}

/** Colours that page.css has, `--series-1` on; then they come again with other dashes. */
const colours = 8
const dashes: readonly (readonly number[])[] = [[], [6, 3], [2, 3]]

/** Of the colour scheme that holds now: a canvas knows no style sheet. */
export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement)
  const read = (name: string) => style.getPropertyValue(`--${name}`).trim()
  return {
    ink: read('muted'),
    grid: read('grid'),
    mirrored: read('mirrored'),
    loss: read('loss'),
    toSeries: (index) => ({
      colour: read(`series-${(index % colours) + 1}`),
      dash: dashes[Math.floor(index / colours) % dashes.length] ?? [],
    }),
  }
}
