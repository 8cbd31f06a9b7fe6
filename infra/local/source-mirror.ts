import { fileURLToPath } from 'node:url'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import type { FleetDescription } from '../fleet.ts'
import { type NamespaceProcess, startInNamespace } from './namespace-process.ts'
import type { NetworkPlan, SourceAddress } from './network-plan.ts'
import type { MirrorReport } from './traffic-mirror/mirror-report.ts'
import type { MirrorSettings } from './traffic-mirror/settings.ts'

const program = fileURLToPath(new URL('traffic-mirror/main.ts', import.meta.url))
const answerDeadlineSeconds = 30

const Report = Type.Object({
  received: Type.Number(),
  mirrored: Type.Number(),
  mirroredBytes: Type.Number(),
  rejected: Type.Number(),
  skipped: Type.Object({
    'kernel-drops': Type.Number(),
    'too-long': Type.Number(),
    'send-failed': Type.Number(),
  }),
})

/** The region's side of one source's traffic mirror. */
export interface TrafficMirror {
  readonly source: SourceAddress
  readonly process: NamespaceProcess
  readonly report: () => Promise<MirrorReport>
}

/** Starts a source's traffic mirror and returns once it captures. @throws when it ends instead */
export async function startTrafficMirror(
  fleet: FleetDescription,
  plan: NetworkPlan,
  source: SourceAddress,
  folder: string,
): Promise<TrafficMirror> {
  const process = await startInNamespace({
    namespace: source.namespace,
    name: `${source.name} traffic mirror`,
    command: globalThis.process.execPath,
    args: [program, '--session', JSON.stringify(toSettings(fleet, plan, source))],
    logPath: `${folder}/traffic-mirror-${source.name}.log`,
    channel: true,
  })
  let pending: Promise<MirrorReport> | null = null
  // One question at a time: while a mirror hangs they would pile up.
  const report = () => {
    pending ??= askReport(process).finally(() => {
      pending = null
    })
    return pending
  }
  // It answers once it captures: what was asked before that waits in the channel.
  await report()
  return { source, process, report }
}

/** Every answer is the newest, so one answer serves all who have asked by then. */
function askReport({ child, name, logPath }: NamespaceProcess): Promise<MirrorReport> {
  return new Promise((resolve, reject) => {
    const finish = (end: () => void) => {
      clearTimeout(timer)
      child.off('message', onMessage).off('exit', onExit)
      end()
    }
    const fail = (why: string) => finish(() => reject(new Error(`${name} ${why}; see ${logPath}`)))
    const onExit = () => fail('has ended')
    // It also says that it is ready, which is no report.
    const onMessage = (message: unknown) => {
      if (Value.Check(Report, message)) finish(() => resolve(message))
    }
    const timer = setTimeout(
      () => fail(`did not report within ${answerDeadlineSeconds} s`),
      answerDeadlineSeconds * 1000,
    )
    child.on('message', onMessage).once('exit', onExit)
    child.send('report', (error) => {
      if (error) onExit()
    })
  })
}

const toSettings = (fleet: FleetDescription, plan: NetworkPlan, source: SourceAddress): MirrorSettings => ({
  interface: 'eth0',
  mirrorInterface: 'mirror0',
  sourceAddress: source.address,
  outerSourceMac: source.mirrorMac,
  outerDestinationMac: source.loadBalancerMac,
  resolverAddress: plan.resolverAddress,
  mtuBytes: 9001,
  sessions: [
    {
      sessionNumber: fleet.trafficMirrorSession.sessionNumber,
      targetAddress: plan.loadBalancer.address,
      virtualNetworkId: fleet.trafficMirrorSession.virtualNetworkId,
      packetLength: fleet.trafficMirrorSession.packetLength,
      filter: fleet.trafficMirrorFilter,
    },
  ],
})
