import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { toNpmCommand, toProgramPath, toRefusal } from '../../../infra/local/set-up.mjs'
import { toBackportsSource } from '../../../infra/local/set-up-packages.mjs'
import { projectRoot } from '../../support/source-files.ts'

describe('the sudo line', () => {
  it.each([
    ['prestart', ['sh', 'npm start --once --json', 'bash'], 'npm start -- --once --json'],
    ['prestart', ['sh', 'npm start'], 'npm start'],
    ['prestart', ['sh', 'npm --silent start --once'], 'npm start -- --once'],
    ['pretest', ['sh', 'npm test'], 'npm test'],
    ['prebench', ['sh', 'npm run bench --json'], 'npm run bench -- --json'],
    ['prestart', ['sh', 'node', 'bash'], 'npm start'],
    [undefined, [], 'npm start'],
  ])('repeats what was typed: %s of %j is "%s"', (event, titles, command) => {
    expect(toNpmCommand(event, titles)).toBe(command)
  })

  it('is what a user without root is told, with the whole command', () => {
    expect(toRefusal({ platform: 'linux', arch: 'x64', uid: 1000 }, 'npm start -- --once')).toBe(
      'network namespaces and packet sockets need root; run: sudo env "PATH=$PATH" npm start -- --once',
    )
  })
})

describe('toRefusal', () => {
  it('lets root on Linux x64 go on, and tells others what machine to use', () => {
    expect(toRefusal({ platform: 'linux', arch: 'x64', uid: 0 }, 'npm test')).toBe(null)
    expect(toRefusal({ platform: 'darwin', arch: 'arm64', uid: 501 }, 'npm test')).toMatch(
      /darwin on arm64; use a Debian/,
    )
  })
})

describe('a command that starts nothing here', () => {
  it('needs no root', () => {
    expect(toRefusal({ platform: 'linux', arch: 'x64', uid: 1000, npmOnly: true }, 'npm run plan')).toBe(null)
  })
})

describe('toProgramPath', () => {
  it('adds the sbin folders that a Debian user lacks, each once, behind the user’s own', () => {
    expect(toProgramPath('/home/u/bin:/usr/bin:/usr/sbin')).toBe(
      '/home/u/bin:/usr/bin:/usr/sbin:/usr/local/sbin:/sbin:/bin',
    )
    expect(toProgramPath(undefined)).toMatch(/^\/usr\/local\/sbin:/)
  })
})

describe('toBackportsSource', () => {
  it('names the keyring only where there is one: apt refuses a source whose keyring it cannot find', () => {
    expect(toBackportsSource('https://mirror.test/debian', '/usr/share/keyrings/k.gpg')).toBe(
      'Types: deb\nURIs: https://mirror.test/debian\nSuites: bookworm-backports\nComponents: main\nSigned-By: /usr/share/keyrings/k.gpg\n',
    )
    expect(toBackportsSource('https://mirror.test/debian', undefined)).not.toMatch(/Signed-By/)
  })
})

describe('package.json', () => {
  it('calls the set-up before every command that the README names, and nothing switches that off', () => {
    const { scripts } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8'))
    for (const name of ['start', 'test', 'load', 'bench', 'synth', 'plan', 'fleet', 'dashboards'])
      expect(scripts[`pre${name}`]).toMatch(/^node infra\/local\/set-up\.mjs/)
    // npm's ignore-scripts also skips our own prestart and pretest.
    expect(readFileSync(join(projectRoot, '.npmrc'), 'utf8')).not.toMatch(/ignore-scripts/)
  })
})
