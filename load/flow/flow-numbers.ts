import type { FlowIdentity } from './flow-patch.ts'

/** Below are ports of services. */
const PORT_FIRST = 1024
const PORTS = 65536 - PORT_FIRST

/** How an address changes when the ports of one are used up, and how often it may before names come again. */
const steps = {
  /** Servers beside each other, and as many as 198.19.0.0/16 holds. */
  server: { step: 1, wraps: 65000 },
  /** The pods of a host, so to speak, past the addresses of all sources: 198.18.16.0 and on. */
  client: { step: 4096, wraps: 24 },
}

/**
 * Hands out the five-tuples of one source, each once: a sensor would take the second flow of the same name for a part of
 * the first. Several workers share a source by taking every `workers`-th number.
 */
export function createFlowNumbers({ worker, workers }: { worker: number; workers: number }, sources: number) {
  const used = new Float64Array(sources)
  return (source: number, variesIn: 'client' | 'server', baseAddress: number, into: FlowIdentity): void => {
    const number = (used[source] ?? 0) * workers + worker
    used[source] = (used[source] ?? 0) + 1
    const { step, wraps } = steps[variesIn]
    into.clientPort = PORT_FIRST + (number % PORTS)
    into.address = (baseAddress + (Math.floor(number / PORTS) % wraps) * step) >>> 0
  }
}
