/**
 * The command line that starts the engine with less power than root. Each program before it replaces itself by the next,
 * so the process id stays.
 *
 * `capture`: CAP_NET_RAW for packet sockets; CAP_NET_ADMIN because the engine switches off the interface's receive
 * offloads, which would join packets before it sees them. `trial`: enough to read rules. It loads them all beside an
 * engine that captures, so it gets a tenth of a worker's time (sched(7)), and is the first to go when memory runs out.
 */
export function toConfined(
  role: keyof typeof roles,
  binary: string,
  args: readonly string[],
): { readonly command: string; readonly args: readonly string[] } {
  const { before, capabilities } = roles[role]
  const setpriv = ['setpriv', '--no-new-privs', `--bounding-set=${capabilities}`, '--inh-caps=-all', '--']
  const [command, ...rest] = [...before, ...setpriv, binary, ...args]
  return { command, args: rest }
}

const roles = {
  capture: { before: [], capabilities: '-all,+net_raw,+net_admin' },
  trial: { before: ['nice', '-n', '10', 'choom', '-n', '1000', '--'], capabilities: '-all' },
} as const

/** The agent's own environment may hold credentials; a parser of hostile traffic gets none of it. */
export const confinedEnvironment = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' }
