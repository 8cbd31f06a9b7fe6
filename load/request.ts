import type { Options } from './options.ts'
import { ipv4Address, macAddress } from './packet/address.ts'
import { type RunPlan, type Sink, toEnvelopes } from './run-plan.ts'
import type { Scenario } from './scenario.ts'
import { type NetworkFacts, readNetworkFacts, readRouteInterface } from './send/network-facts.ts'
import { judgeAddress, judgeInterface } from './send/target.ts'

export type RequestedRun =
  | { readonly ok: true; readonly plan: RunPlan; readonly wireInterface: string | null }
  | { readonly ok: false; readonly complaints: readonly string[] }

const defaults = {
  source: '198.18.64.1',
  /** For a file, or an interface whose far end has no address of its own. */
  destination: '198.18.255.1',
  gateway: '198.18.255.254',
  endpoint: '198.18.255.253',
  sourceMac: '02:00:00:00:ff:01',
  destinationMac: '02:00:00:00:ff:02',
  batch: 64,
} as const

const VNI_MAX = 0xff_ffff

/** Looks at where the traffic would go, and refuses or fills in what was left open. */
export function planRequest(options: Options, scenario: Scenario): RequestedRun {
  const sink = toSink(options)
  const wireInterface = toWireInterface(sink)
  const facts = wireInterface === null ? null : readNetworkFacts(wireInterface)
  const destination = options.destinationAddress ?? facts?.link?.peer?.addresses[0] ?? defaults.destination
  const refusals = [judge(sink, destination, facts, options), judgeVni(options, scenario)]
  const complaints = refusals.filter((refusal) => refusal !== null)
  if (complaints.length > 0) return { ok: false, complaints }
  const encapsulation = options.encapsulation ?? 'vxlan'
  const plan: RunPlan = {
    ...{ scenario, sink, encapsulation, workers: options.workers ?? 1, batch: options.batch ?? defaults.batch },
    replay: options.replay === null ? null : { path: options.replay, isRepeated: options.repeat },
    envelopes: toEnvelopes(scenario, {
      encapsulation,
      ...toMacs(options, sink, facts),
      firstSource: options.sourceAddress ?? defaults.source,
      destination: sink.kind === 'target' ? sink.address : destination,
      firstVirtualNetworkId: options.vni ?? 1,
      gateway: {
        loadBalancer: ipv4Address(options.gatewayAddress ?? defaults.gateway),
        endpoint: ipv4Address(options.endpointAddress ?? defaults.endpoint),
      },
    }),
  }
  return { ok: true, plan, wireInterface }
}

function toSink(options: Options): Sink {
  if (options.interface !== null) return { kind: 'interface', name: options.interface }
  if (options.target !== null) return { kind: 'target', address: options.target }
  return { kind: 'pcap', path: options.pcap ?? '' }
}

function toWireInterface(sink: Sink): string | null {
  if (sink.kind === 'interface') return sink.name
  return sink.kind === 'target' ? readRouteInterface(sink.address) : null
}

function judge(sink: Sink, destination: string, facts: NetworkFacts | null, { allow, encapsulation }: Options) {
  if (sink.kind === 'pcap') return null
  if (facts === null) return `--target: there is no route to ${sink.kind === 'target' ? sink.address : sink.name}`
  return sink.kind === 'target'
    ? judgeAddress(sink.address, facts, { allow })
    : judgeInterface(sink.name, encapsulation === 'none' ? null : destination, facts, { allow })
}

function judgeVni({ vni }: Options, { sources }: Scenario): string | null {
  const most = VNI_MAX - sources.virtualNetworks + 1
  return vni === null || vni <= most
    ? null
    : `--vni: got ${vni}, allowed is 0..${most} with ${sources.virtualNetworks} virtual networks from it on`
}

/** A veth has one other end, so that is whom frames are for. Loopback has no addresses: its frames are for all zeros. */
function toMacs({ sourceMac, destinationMac }: Options, sink: Sink, facts: NetworkFacts | null) {
  const link = sink.kind === 'interface' ? facts?.link : null
  const far = link?.kind === 'loopback' ? link.mac : (link?.peer?.mac ?? defaults.destinationMac)
  return {
    sourceMac: sourceMac ?? macAddress(link?.mac ?? defaults.sourceMac),
    destinationMac: destinationMac ?? macAddress(far),
  }
}
