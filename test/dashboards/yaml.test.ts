import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toYaml, type Yaml } from '../../dashboards/yaml.ts'
import { inFolder, promtool } from './promtool.ts'

/** Reads the lines back by their indentation alone: what a reader of YAML's block style does with our subset of it. */
function decode(lines: string[], depth: number): unknown {
  const at = (line: string) => line.length - line.trimStart().length
  const [head = ''] = lines
  if (!/^\s*(?:- |"(?:[^"\\]|\\.)*":|[A-Za-z_]\w*:)/.test(head)) return JSON.parse(lines.shift() ?? '')
  const list: unknown[] = []
  const entries: [string, unknown][] = []
  while (lines[0] !== undefined && at(lines[0]) === depth) {
    const line = lines.shift() ?? ''
    const rest = line.slice(depth)
    if (rest.startsWith('- ')) {
      lines.unshift(' '.repeat(depth + 2) + rest.slice(2))
      list.push(decode(lines, depth + 2))
      continue
    }
    const [, key = '', inline = ''] = /^("(?:[^"\\]|\\.)*"|\w+): ?(.*)$/.exec(rest) ?? []
    const name = key.startsWith('"') ? String(JSON.parse(key)) : key
    entries.push([name, inline === '' ? decode(lines, depth + 2) : JSON.parse(inline)])
  }
  return list.length > 0 ? list : Object.fromEntries(entries)
}

const document = fc.letrec<{ value: Yaml; collection: Yaml }>((tie) => ({
  value: fc.oneof({ maxDepth: 4 }, fc.string({ unit: 'binary' }), fc.integer(), fc.boolean(), tie('collection')),
  collection: fc.oneof(
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('a', 'job_name', 'yes')), tie('value'), {
      maxKeys: 4,
      noNullPrototype: true,
    }),
  ),
})).collection

describe('toYaml', () => {
  it('loses nothing of a document', () => {
    fc.assert(
      fc.property(document, (value) => {
        const text = toYaml(value, ['a comment'])
        const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
        expect(decode(lines, 0)).toEqual(value)
      }),
    )
  })

  it('is read by Prometheus as it was meant, also where a bare word would be something else', async () => {
    const rule = {
      record: 'a:b:c',
      expr: 'vector(1)',
      labels: { answer: 'no', number: '017', hash: 'a # b', text: 'x: "y"\n- z' },
    }
    const rules = toYaml({ groups: [{ name: 'yes', rules: [rule] }] })
    const labels = Object.entries(rule.labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    const test = toYaml({
      rule_files: ['rules.yml'],
      tests: [
        {
          interval: '1m',
          promql_expr_test: [
            { expr: 'a:b:c', eval_time: '1m', exp_samples: [{ labels: `a:b:c{${labels.join(',')}}`, value: 1 }] },
          ],
        },
      ],
    })
    await inFolder(
      [
        ['rules.yml', rules],
        ['test.yml', test],
      ],
      (folder) => {
        expect(promtool('test', 'rules', `${folder}/test.yml`)).toContain('SUCCESS')
      },
    )
  })
})
