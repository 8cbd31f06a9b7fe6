import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readPageFiles } from '../../../../infra/local/console/page-files.ts'
import { projectRoot } from '../../../support/source-files.ts'

const folder = join(projectRoot, 'infra/local/console/page')
const sources = readdirSync(folder)
  .filter((name) => /\.(?:ts|html)$/.test(name))
  .map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }))
const matching = (pattern: RegExp) => sources.filter(({ text }) => pattern.test(text)).map(({ name }) => name)

describe('files of the page', () => {
  it('are all that the page asks for', async () => {
    const files = await readPageFiles()
    const html = files.get('/')?.body.toString() ?? ''
    const asked = [...html.matchAll(/(?:src|href)="(\/[^"]*)"/g)].map(([, path]) => path)
    expect(asked.length).toBeGreaterThan(2)
    expect(asked.filter((path) => path === undefined || !files.has(path))).toEqual([])
  })

  it('are small, and name no other origin', async () => {
    const files = await readPageFiles()
    const bodies = [...files.values()].map(({ body }) => body.toString())
    expect(bodies.reduce((sum, body) => sum + body.length, 0)).toBeLessThan(150_000)
    const origins = bodies.flatMap((body) => [...body.matchAll(/https?:\/\/[\w.-]+/g)].map(([origin]) => origin))
    expect(origins.filter((origin) => origin !== 'http://www.w3.org')).toEqual([])
  })

  it('put no text in as markup, and need no style or script in the HTML', () => {
    expect(sources.length).toBeGreaterThan(10)
    expect(
      matching(
        /innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|setHTML|DOMParser|\beval\b/,
      ),
    ).toEqual([])
    expect(matching(/\sstyle="|<style|\son[a-z]+="|<script>|javascript:|setAttribute\([^)]*'style'/)).toEqual([])
  })
})
