/** One line of an exposition, as a strict reader understands it. */
export interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

export interface Family {
  readonly name: string
  readonly help: string
  readonly type: string
  readonly samples: readonly Sample[]
}

/**
 * A strict reader of the text format 0.0.4 (prometheus.io, "Exposition formats"): every family has HELP, then TYPE, then
 * its samples and nothing else; names, escapes and numbers are checked; no sample comes twice. Throws with the line.
 */
export const decodeExposition = (text: string): readonly Family[] => {
  if (!text.endsWith('\n')) throw new Error('the last line has no line feed')
  return decodeLines(
    text.split('\n').filter((line) => line !== ''),
    ({ name }) => name,
  )
}

/**
 * The same of OpenMetrics 1.0 (github.com/prometheus/OpenMetrics): it ends with # EOF and has no empty line, and the samples
 * of a counter are named after their family and `_total`.
 */
export const decodeOpenMetrics = (text: string): readonly Family[] => {
  const lines = text.split('\n')
  if (lines.pop() !== '' || lines.pop() !== '# EOF') throw new Error('the last line is not # EOF')
  if (lines.includes('')) throw new Error('there is an empty line')
  return decodeLines(lines, ({ name, type }) => {
    if (name.endsWith('_total')) throw new Error(`the family keeps its _total: ${name}`)
    return type === 'counter' ? `${name}_total` : name
  })
}

function decodeLines(
  lines: readonly string[],
  toSampleName: (family: { readonly name: string; readonly type: string }) => string,
): readonly Family[] {
  const families: (Family & { readonly samples: Sample[] })[] = []
  const seen = new Set<string>()
  for (const line of lines) {
    const help = /^# HELP ([a-z_:][a-z0-9_:]*) (.+)$/i.exec(line)
    const type = /^# TYPE ([a-z_:][a-z0-9_:]*) (counter|gauge)$/i.exec(line)
    const family = families.at(-1)
    if (help) {
      const [, name = '', words = ''] = help
      if (/["\\]/.test(words)) throw new Error(`HELP would need an escape: ${line}`)
      if (families.some((earlier) => earlier.name === name)) throw new Error(`family comes twice: ${line}`)
      families.push({ name, help: words, type: '', samples: [] })
    } else if (type) {
      if (family?.name !== type[1] || family?.type !== '') throw new Error(`TYPE does not follow its HELP: ${line}`)
      families.splice(-1, 1, { ...family, type: type[2] ?? '' })
    } else {
      const sample = decodeSample(line)
      if (!family || family.type === '' || toSampleName(family) !== sample.name)
        throw new Error(`sample outside its family: ${line}`)
      const series = JSON.stringify([sample.name, Object.entries(sample.labels).sort()])
      if (seen.has(series)) throw new Error(`series comes twice: ${line}`)
      seen.add(series)
      family.samples.push(sample)
    }
  }
  return families
}

function decodeSample(line: string): Sample {
  const parts = /^([a-z_:][a-z0-9_:]*)(?:\{(.*)\})? (-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/i.exec(line)
  if (!parts) throw new Error(`not a sample: ${line}`)
  const [, name = '', labelText = '', value = ''] = parts
  return { name, labels: decodeLabels(labelText, line), value: Number(value) }
}

function decodeLabels(text: string, line: string): Record<string, string> {
  const labels: Record<string, string> = {}
  let rest = text
  while (rest !== '') {
    const pair = /^([a-z_][a-z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,(?=.)|$)/i.exec(rest)
    if (!pair) throw new Error(`not a label: ${rest} in ${line}`)
    const [whole, name = '', value = ''] = pair
    if (Object.hasOwn(labels, name)) throw new Error(`label comes twice: ${line}`)
    labels[name] = value.replace(/\\(.)/g, (_, letter: string) => (letter === 'n' ? '\n' : letter))
    rest = rest.slice(whole.length)
  }
  return labels
}
