import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const projectRoot = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** Every TypeScript file of the project: tracked, or new and not ignored. */
export function sourceFiles(): string[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.ts', '*.mjs'], {
    cwd: projectRoot,
    encoding: 'utf8',
  })
  // A file that was deleted and not yet staged is still listed.
  return [...new Set(listed.split('\n').filter(Boolean))].filter((file) => existsSync(join(projectRoot, file)))
}
