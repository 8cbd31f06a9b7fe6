import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'
import type { PageFiles } from './page-file.ts'

const folder = join(import.meta.dirname, 'page')

/** Browsers with ES modules, `color-scheme`, `:has()`, `EventSource`, `AbortSignal.any` and `Map.groupBy`. */
const target = 'es2022'

/**
 * The page as it is served: all in memory, under the paths that the browser asks for, and nothing from elsewhere.
 * @throws when the page's code does not build; esbuild says where
 */
export async function readPageFiles(): Promise<PageFiles> {
  const [script, style, html, icon] = await Promise.all([
    bundle('main.ts'),
    bundle('page.css'),
    readFile(join(folder, 'index.html')),
    readFile(join(folder, 'icon.svg')),
  ])
  return new Map([
    ['/', { type: 'text/html; charset=utf-8', body: html }],
    ['/page.js', { type: 'text/javascript; charset=utf-8', body: script }],
    ['/page.css', { type: 'text/css; charset=utf-8', body: style }],
    ['/icon.svg', { type: 'image/svg+xml', body: icon }],
  ])
}

async function bundle(entry: string): Promise<Buffer> {
  const { outputFiles } = await build({
    ...{ entryPoints: [join(folder, entry)], absWorkingDir: folder, target },
    ...{ bundle: true, minify: true, write: false, format: 'esm', legalComments: 'none', logLevel: 'silent' },
  })
  const [file] = outputFiles
  if (file === undefined) throw new Error(`esbuild made nothing of ${entry}`)
  return Buffer.from(file.contents)
}
