// cfn-lint in a virtual environment of this checkout, for the tests of the templates. Part of set-up.mjs, so plain
// JavaScript without dependencies.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { aptInstall, lastLines, Refusal, run, say } from './set-up-packages.mjs'

/** Pinned: a newer one brings rules that nobody has looked at. */
const wanted = 'cfn-lint==1.58.0'

/** @param root of the checkout; the environment is its folder .venv */
export function installCfnLint(root) {
  const folder = join(root, '.venv')
  const stamp = join(folder, '.mirror-fleet-set-up')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  say(`installing ${wanted}`)
  // What a stopped installation left behind may be half an environment.
  rmSync(folder, { recursive: true, force: true })
  if (!run('python3', ['-c', 'import ensurepip']).ok) aptInstall(['python3', 'python3-venv'])
  const pip = join(folder, 'bin', 'pip')
  const steps = [
    ['python3', ['-m', 'venv', folder]],
    [pip, ['install', '--quiet', '--disable-pip-version-check', wanted]],
  ]
  for (const [command, args] of steps) {
    const { ok, output } = run(command, args)
    if (!ok) {
      throw new Refusal(
        `${wanted} could not be installed; check the network and run this again\n${lastLines(output, 5)}`,
      )
    }
  }
  writeFileSync(stamp, wanted)
}
