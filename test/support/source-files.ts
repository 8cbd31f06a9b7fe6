import { execFileSync } from 'node:child_process'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

export const projectRoot = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** Every TypeScript file of the project: tracked, or new and not ignored. */
export function sourceFiles(): string[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.ts', '*.mjs'], {
    cwd: projectRoot,
    encoding: 'utf8',
  })
  return [...new Set(listed.split('\n').filter(Boolean))]
}
