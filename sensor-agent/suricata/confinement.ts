/**
 * The command line that starts the engine with less power than root. setpriv replaces itself by the engine, so the
 * process id stays.
 *
 * `capture`: CAP_NET_RAW for packet sockets; CAP_NET_ADMIN because the engine switches off the interface's receive
 * offloads, which would join packets before it sees them. `none`: enough to read rules.
 */
export const toConfined = (
  power: keyof typeof capabilities,
  binary: string,
  args: readonly string[],
): { readonly command: string; readonly args: readonly string[] } => ({
  command: 'setpriv',
  args: ['--no-new-privs', `--bounding-set=${capabilities[power]}`, '--inh-caps=-all', '--', binary, ...args],
})

const capabilities = { capture: '-all,+net_raw,+net_admin', none: '-all' } as const

/** The agent's own environment may hold credentials; a parser of hostile traffic gets none of it. */
export const confinedEnvironment = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' }
