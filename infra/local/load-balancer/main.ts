import { performance } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { decodeConfiguration } from './configuration.ts'
import { probeOnSchedule } from './health-check.ts'
import { applyRuleset, breakFlows, readCounters, writeKernelSettings } from './kernel.ts'
import { LoadBalancer } from './load-balancer.ts'
import { createLog } from './log.ts'
import { decodeRequest, type Message } from './messages.ts'
import { toNothing } from './nftables.ts'

/**
 * The local region's network load balancer: one process inside the load balancer's network namespace.
 *
 * `--config '<json>'`, see LoadBalancerConfiguration. Requests and reports over IPC, see messages.ts. Log lines on stderr.
 * Exit codes: 0 told to stop, 1 the kernel refused, 2 wrong arguments.
 */
const TICK_MILLISECONDS = 1000

const log = createLog(() => new Date())

// Without a parent (started by hand) there is nobody to report to; a parent that is gone ends us by 'disconnect'.
const send = (message: Message): void => {
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined)
}

function readArguments() {
  try {
    return decodeConfiguration(parseArgs({ options: { config: { type: 'string' } } }).values.config)
  } catch (error) {
    return { ok: false, complaints: [String(error), "allowed is --config '<json>'"] } as const
  }
}

const configuration = readArguments()
if (!configuration.ok) {
  log.error({ complaints: configuration.complaints }, 'configuration refused')
  process.exit(2)
}

const { address, port } = configuration.value
const loadBalancer = new LoadBalancer(configuration.value, {
  nowSeconds: () => performance.now() / 1000,
  applyRuleset,
  breakFlows,
  readCounters,
  probeOnSchedule,
  sendChanged: send,
  log,
})

let stopping = false
async function stop(why: string): Promise<void> {
  if (stopping) return
  stopping = true
  log.info({ why }, 'stopping')
  clearInterval(ticking)
  await loadBalancer.stop()
  await applyRuleset(toNothing())
  await breakFlows({ address, port })
  process.exit(0)
}

function fail(error: unknown): void {
  log.error({ error }, 'the load balancer cannot go on')
  process.exit(1)
}

async function serve(raw: unknown): Promise<void> {
  const request = decodeRequest(raw)
  if (request === null) return log.error({ raw }, 'not a request, so not answered')
  try {
    send(await loadBalancer.answer(request))
  } catch (error) {
    send({ type: 'refused', requestId: request.requestId, reason: String(error) })
  }
}

const ticking = setInterval(() => void loadBalancer.tick(), TICK_MILLISECONDS)
process.on('SIGTERM', () => void stop('SIGTERM').catch(fail))
process.on('disconnect', () => void stop('parent is gone').catch(fail))
// A Ctrl-C that reaches us is not for us to follow. The parent decides when the load balancer goes: after the sensors have drained.
process.on('SIGINT', () => (process.connected ? undefined : void stop('SIGINT').catch(fail)))

try {
  await loadBalancer.start()
  await writeKernelSettings()
  process.on('message', (raw) => void serve(raw))
  send({ type: 'ready' })
  log.info({ address, port }, 'ready')
} catch (error) {
  fail(error)
}
