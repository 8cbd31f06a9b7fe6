import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { run, runCommand } from './command.ts'

/** RFC 2544's range for tests: every address of a region is in it. */
const guardedCidr = '198.18.0.0/15'
/** Who made a route (rtnetlink(7), rtm_protocol): a number that no routing daemon uses. */
const ownProtocol = '198'
/** RTN_UNREACHABLE (linux/rtnetlink.h). */
const unreachable = '7'

const Routes = Type.Array(Type.Object({ type: Type.Optional(Type.String()), protocol: Type.Optional(Type.String()) }))

/** This machine cannot run a region, and the sentence says why. */
export class UnfitMachine extends Error {}

/**
 * No packet for the region's addresses can leave through the host, whatever goes wrong inside.
 * @throws UnfitMachine when the host has a use of its own for those addresses
 */
export async function guardHost(): Promise<void> {
  const routes = await readGuardRoutes()
  if (routes.some(({ type }) => type === unreachable)) return
  if (routes.length > 0) {
    const shown = (await run('ip', ['route', 'show', 'exact', guardedCidr])).trim().split('\n').join('; ')
    throw new UnfitMachine(
      `this machine routes ${guardedCidr} (${shown}), the range a local region is built from; remove that route or use another machine`,
    )
  }
  const added = await runCommand('ip', ['route', 'add', 'unreachable', guardedCidr, 'proto', ownProtocol])
  // Another region may have been faster.
  if (added.exitCode !== 0 && !/File exists/.test(added.stderr)) {
    throw new Error(`the guard route cannot be added: ${added.stderr.trim()}`)
  }
}

/** For the last region on this machine to call. A route that somebody else made stays. */
export async function unguardHost(): Promise<void> {
  const own = ({ type, protocol }: { type?: string; protocol?: string }) =>
    type === unreachable && protocol === ownProtocol
  if (!(await readGuardRoutes()).some(own)) return
  await run('ip', ['route', 'del', 'unreachable', guardedCidr, 'proto', ownProtocol])
}

async function readGuardRoutes() {
  const listed: unknown = JSON.parse(await run('ip', ['-N', '-json', 'route', 'show', 'exact', guardedCidr]))
  if (!Value.Check(Routes, listed)) throw new Error('ip lists routes in a form that is not known')
  return listed
}
