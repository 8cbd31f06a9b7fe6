import { readdir, writeFile } from 'node:fs/promises'
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import { runCommand } from '../command.ts'
import { TABLE } from './nftables.ts'

/** The kernel of the load balancer's namespace: rules, counters, flows, settings. */

/** @throws with nft's own words when the rules are refused; then none of them applies */
export async function applyRuleset(ruleset: string): Promise<void> {
  const { exitCode, stderr } = await runCommand('nft', ['-f', '-'], { input: ruleset })
  if (exitCode !== 0) throw new Error(`nft refused the rules: ${stderr.trim()}`)
}

const Counter = Type.Object({ counter: Type.Object({ name: Type.String(), packets: Type.Integer({ minimum: 0 }) }) })
const Counters = Type.Object({ nftables: Type.Array(Type.Unknown()) })

/** Packets by counter name, since the counter was made. */
export async function readCounters(): Promise<ReadonlyMap<string, number>> {
  const { exitCode, stdout, stderr } = await runCommand('nft', ['-j', 'list', 'counters', 'table', 'ip', TABLE])
  if (exitCode !== 0) throw new Error(`nft did not list the counters: ${stderr.trim()}`)
  const listed: unknown = JSON.parse(stdout)
  if (!Value.Check(Counters, listed)) throw new Error('nft lists counters in a form that is not known')
  const counters = listed.nftables.filter((entry): entry is Static<typeof Counter> => Value.Check(Counter, entry))
  return new Map(counters.map(({ counter }) => [counter.name, counter.packets]))
}

export interface FlowSelection {
  readonly address: string
  readonly port: number
  /** @default - the flows of every target */
  readonly targetAddress?: string
}

/**
 * Makes the kernel forget flows to the load balancer; the next packet of each is a new flow.
 *
 * An entry translated to a target answers from that target: its reply source is the target's address, while its original
 * destination stays the load balancer's.
 *
 * @returns how many were forgotten
 */
export async function breakFlows({ address, port, targetAddress }: FlowSelection): Promise<number> {
  const target = targetAddress === undefined ? [] : ['--reply-src', targetAddress]
  const selection = ['-p', 'udp', '--orig-dst', address, '--orig-port-dst', String(port), ...target]
  const { exitCode, stdout, stderr } = await runCommand('conntrack', ['-D', ...selection])
  // conntrack exits with 1 both when nothing matched and when it failed; only this line tells them apart.
  const deleted = /(\d+) flow entries have been deleted/.exec(stderr)
  if (deleted === null) throw new Error(`conntrack exited with ${exitCode}: ${stderr.trim() || stdout.trim()}`)
  return Number(deleted[1])
}

const IPV4 = '/proc/sys/net/ipv4'
const CONNTRACK = '/proc/sys/net/netfilter'

/** NLB: a UDP flow is forgotten when idle for 120 s, which cannot be changed (aws.md 2.2). */
const UDP_IDLE_SECONDS = '120'

/**
 * Makes the namespace a load balancer. To be called after the rules are in force: they bring in conntrack, which brings
 * its settings. `nf_conntrack_max` belongs to the whole machine and cannot be set from here; a source has 128 flows at most.
 */
export async function writeKernelSettings(): Promise<void> {
  const interfaces = await readdir(`${IPV4}/conf`)
  const perInterface = interfaces.flatMap((name) => [
    // Sources and sensors may be on networks that this namespace would not answer on the same way.
    [`${IPV4}/conf/${name}/rp_filter`, '0'],
    // Where both are behind one interface, sources would be told to go to the sensor directly.
    [`${IPV4}/conf/${name}/send_redirects`, '0'],
  ])
  const settings = [
    [`${CONNTRACK}/nf_conntrack_udp_timeout`, UDP_IDLE_SECONDS],
    [`${CONNTRACK}/nf_conntrack_udp_timeout_stream`, UDP_IDLE_SECONDS],
    ...perInterface,
    // Last: nothing is routed before the rest is in place.
    [`${IPV4}/ip_forward`, '1'],
  ]
  for (const [path, value] of settings) {
    if (path !== undefined && value !== undefined) await writeFile(path, value)
  }
}
