import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run } from '../../infra/local/command.ts'
import { decodeReport, type LoadReport } from '../../load/report.ts'
import { createNamespaces } from '../support/network-namespace.ts'
import { median, toShort } from './figures.ts'

/** Packets per second, one value a round; the rounds are interleaved, so that the machine's mood hits all alike. */
interface Runs {
  readonly ours: number[]
  readonly oursTwoWorkers: number[]
  /** The same loop in C, by AF_XDP as ours. */
  readonly c: number[]
  /** The same loop in C, by sendmmsg on an AF_PACKET socket: what choosing AF_XDP is worth. */
  readonly packetC: number[]
  readonly tcpreplay: number[]
  /** Achieved over asked, minus 1. */
  readonly paceError: number[]
}

export interface GeneratorFigures {
  readonly ppsPerCore: number
  readonly ratioToTcpreplay: number
  readonly ratioToC: number
  readonly twoWorkersRatio: number
  /** The worst of all rounds, as a share. */
  readonly paceErrorMost: number
  readonly runs: Runs
  readonly ratioRuns: {
    readonly tcpreplay: readonly number[]
    readonly c: readonly number[]
    readonly twoWorkers: readonly number[]
  }
}

export const generatorGoals = { ratioToTcpreplay: 1.5, ratioToC: 0.95, paceErrorMost: 0.01 } as const

const ROUNDS = 5
/** Some 2 s of ours, of which compiling takes 0.03. */
const PACKETS = 600_000
/** Frames of the capture that the two others play; ours plays the same scenario. */
const CAPTURE_PACKETS = 4096
const PACED_PACKETS_PER_SECOND = 50_000

const main = fileURLToPath(new URL('../../load/main.ts', import.meta.url))
const source = fileURLToPath(new URL('./send-loop.c', import.meta.url))

/** Measures on a veth whose far end drops everything at once, in namespaces of its own; takes a minute. */
export async function measureGenerator(say: (text: string) => void, signal: AbortSignal): Promise<GeneratorFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'mirror-fleet-bench-'))
  const namespaces = createNamespaces(`mft-bench-${process.pid}`, ['sender', 'sink'])
  try {
    namespaces.connect(
      { namespace: 'sender', interfaceName: 'mirror0', address: '198.18.205.1/24', mac: '02:00:00:00:05:01' },
      { namespace: 'sink', interfaceName: 'eth0', address: '198.18.205.2/24', mac: '02:00:00:00:05:02' },
    )
    // One for each of two workers: AF_XDP has one socket for a queue.
    await run('ip', namespaces.command('sender', 'ethtool', '-L', 'mirror0', 'rx', '2', 'tx', '2'))
    const drop =
      'add table netdev t; add chain netdev t c { type filter hook ingress device "eth0" priority -500; policy drop; }'
    await run('ip', namespaces.command('sink', 'nft', drop))
    const inSender: Inside = (...command) => {
      signal.throwIfAborted()
      return run('ip', namespaces.command('sender', ...command), { deadlineSeconds: runSeconds })
    }
    return toFigures(await measureRounds(folder, inSender, say))
  } finally {
    namespaces.remove()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Runs a command in the sender's namespace; its stdout. */
type Inside = (...command: string[]) => Promise<string>
const runSeconds = 60

async function measureRounds(folder: string, inSender: Inside, say: (text: string) => void): Promise<Runs> {
  const [capture, loop] = [join(folder, 'imix.pcap'), join(folder, 'send-loop')]
  await run('cc', ['-O2', '-o', loop, source])
  await run(process.execPath, [main, '--pcap', capture, '--scenario', 'imix', '--packets', String(CAPTURE_PACKETS)])
  const fixed = ['--json', '--interface', 'mirror0', '--scenario', 'imix', '--seconds', '30']
  const ours = async (...options: string[]) =>
    toAchieved(await inSender(process.execPath, main, ...fixed, ...options)).packetsPerSecond
  const topSpeed = async (workers: number) =>
    await ours('--top-speed', '--packets', String(PACKETS), '--workers', String(workers))
  const paced = ['--pps', String(PACED_PACKETS_PER_SECOND), '--packets', String(PACED_PACKETS_PER_SECOND * 2)]
  const inC = async (socket: 'xdp' | 'packet') =>
    toRate(await inSender(loop, socket, 'mirror0', capture, String(PACKETS)), /^\s*([\d.]+)\s*$/)
  const runs: Runs = { ours: [], oursTwoWorkers: [], c: [], packetC: [], tcpreplay: [], paceError: [] }
  for (let round = 1; round <= ROUNDS; round++) {
    say(`generator: round ${round} of ${ROUNDS}`)
    runs.c.push(await inC('xdp'))
    runs.ours.push(await topSpeed(1))
    runs.tcpreplay.push(await playWithTcpreplay(capture, inSender))
    runs.packetC.push(await inC('packet'))
    runs.oursTwoWorkers.push(await topSpeed(2))
    runs.paceError.push((await ours(...paced)) / PACED_PACKETS_PER_SECOND - 1)
  }
  return runs
}

/** Its fastest way: the capture in memory, no waiting. */
async function playWithTcpreplay(capture: string, inSender: Inside): Promise<number> {
  const loops = String(Math.ceil(PACKETS / CAPTURE_PACKETS))
  const fastest = ['--topspeed', '--preload-pcap', '--loop', loops, '--intf1', 'mirror0', capture]
  const output = await inSender('tcpreplay', ...fastest)
  return toRate(output, /([\d.]+) pps/)
}

/** @throws when the program printed no rate: 0 or NaN would pass through every ratio */
export function toRate(output: string, pattern: RegExp): number {
  const rate = Number(pattern.exec(output)?.[1])
  if (rate > 0) return rate
  throw new Error(`no rate above 0 in what was printed: ${output.trim().slice(-500)}`)
}

/** @throws when frames went by a packet socket, as they do where AF_XDP cannot be had: that is another generator */
export function toAchieved(output: string): LoadReport['achieved'] {
  const report = decodeReport(output)
  if (report === null) throw new Error(`the generator printed no report but: ${output.trim().slice(-500)}`)
  const { means, achieved } = report
  if (means.some((each) => each !== 'af-xdp') || !(achieved.packetsPerSecond > 0)) {
    throw new Error(
      `sent ${achieved.packetsPerSecond} packets/s by ${means.join(' and ')}; wanted is AF_XDP (Linux 6.17)`,
    )
  }
  return achieved
}

/** Ratios are taken round by round, then their median: two values of one round had the same machine. */
function toFigures(runs: Runs): GeneratorFigures {
  const toRatios = (over: readonly number[], under: readonly number[]) =>
    over.map((value, round) => value / (under[round] ?? Number.NaN))
  const ratioRuns = {
    tcpreplay: toRatios(runs.ours, runs.tcpreplay),
    c: toRatios(runs.ours, runs.c),
    twoWorkers: toRatios(runs.oursTwoWorkers, runs.ours),
  }
  return {
    ppsPerCore: Math.round(median(runs.ours)),
    ratioToTcpreplay: toShort(median(ratioRuns.tcpreplay)),
    ratioToC: toShort(median(ratioRuns.c)),
    twoWorkersRatio: toShort(median(ratioRuns.twoWorkers)),
    paceErrorMost: Math.max(...runs.paceError.map(Math.abs)),
    runs,
    ratioRuns,
  }
}
