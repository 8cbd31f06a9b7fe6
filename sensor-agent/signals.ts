/** What an operator can tell the agent while it runs. */
export interface Signals {
  /** Resolves with the first SIGTERM or SIGINT, or SIGUSR2: end, and leave the engine to the next agent. */
  readonly end: Promise<string>
  /** Resolves with the SIGTERM or SIGINT after that. */
  readonly hasten: Promise<string>
  /** Called for every SIGHUP from now on. */
  readonly onHangup: (action: () => void) => void
}

/** The process, or a test in its place. */
interface SignalSource {
  readonly on: (signal: NodeJS.Signals, listener: () => void) => unknown
}

/** Listens from the call on, so that a signal during the start is not lost and SIGHUP never ends the agent. */
export function listenToSignals(source: SignalSource): Signals {
  const first = Promise.withResolvers<string>()
  const second = Promise.withResolvers<string>()
  const waiting = [first, second]
  for (const signal of ['SIGTERM', 'SIGINT'] as const) source.on(signal, () => waiting.shift()?.resolve(signal))
  source.on('SIGUSR2', () => {
    if (waiting.length === 2) waiting.shift()?.resolve('SIGUSR2')
  })
  let hangup = (): void => {}
  source.on('SIGHUP', () => hangup())
  return {
    end: first.promise,
    hasten: second.promise,
    onHangup: (action) => {
      hangup = action
    },
  }
}
