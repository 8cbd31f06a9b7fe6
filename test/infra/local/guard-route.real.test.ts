import { fileURLToPath } from 'node:url'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { runIn } from '../../../infra/local/command.ts'
import { createNamespaces } from '../../support/network-namespace.ts'

const namespaces = createNamespaces(`mft-guard-${process.pid}`, ['host'])
const host = namespaces.name('host')
const module = fileURLToPath(new URL('../../../infra/local/guard-route.ts', import.meta.url))
const cidr = '198.18.0.0/15'

afterAll(() => namespaces.remove())
beforeEach(async () => {
  await runIn(host, 'ip', ['route', 'flush', 'exact', cidr])
  await runIn(host, 'ip', ['route', 'flush', 'type', 'unreachable'])
})

/** The functions work on the network namespace they run in: here one that stands for the host. */
const call = (name: 'guardHost' | 'unguardHost'): Promise<string> => {
  const script = `const { ${name} } = await import(${JSON.stringify(module)}); await ${name}().catch((error) => console.log(error.constructor.name, error.message))`
  return runIn(host, process.execPath, ['--input-type=module', '--eval', script])
}
const routes = async (): Promise<string> => (await runIn(host, 'ip', ['route', 'show', 'exact', cidr])).trim()

describe('the guard route', () => {
  it('is set once however many regions ask, and taken away again', async () => {
    expect(await call('guardHost')).toBe('')
    expect(await call('guardHost')).toBe('')
    expect(await routes()).toBe(`unreachable ${cidr} proto 198`)
    expect(await call('unguardHost')).toBe('')
    expect(await routes()).toBe('')
    expect(await call('unguardHost')).toBe('')
  })

  it('leaves alone the unreachable route of somebody else, which guards as well', async () => {
    await runIn(host, 'ip', ['route', 'add', 'unreachable', cidr])
    expect(await call('guardHost')).toBe('')
    expect(await call('unguardHost')).toBe('')
    expect(await routes()).toBe(`unreachable ${cidr}`)
  })

  it('refuses a machine that routes these addresses, naming the route, and does not touch it', async () => {
    await runIn(host, 'ip', ['route', 'add', cidr, 'dev', 'lo'])
    expect(await call('guardHost')).toMatch(
      /^UnfitMachine this machine routes 198\.18\.0\.0\/15 \(198\.18\.0\.0\/15 dev lo/,
    )
    expect(await call('unguardHost')).toBe('')
    expect(await routes()).toContain('dev lo')
  })
})
