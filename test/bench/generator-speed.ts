import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { decodeReport, type LoadReport } from '../../load/report.ts'
import { createNamespaces } from '../support/network-namespace.ts'
import { percentile } from './figures.ts'

/** Packets per second, one value a round; the rounds are interleaved, so that the machine's mood hits all alike. */
interface Runs {
  readonly ours: number[]
  readonly oursTwoWorkers: number[]
  readonly c: number[]
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
}

export const generatorGoals = { ratioToTcpreplay: 1.5, ratioToC: 0.95, paceErrorMost: 0.01 } as const

const ROUNDS = 5
const PACKETS = 1_000_000
/** Frames of the capture that the two others play; ours plays the same scenario. */
const CAPTURE_PACKETS = 4096
const PACED_PACKETS_PER_SECOND = 50_000

const main = fileURLToPath(new URL('../../load/main.ts', import.meta.url))
const source = fileURLToPath(new URL('./sendmmsg-loop.c', import.meta.url))

/** Measures on a veth whose far end drops everything at once, in namespaces of its own; takes a minute. */
export function measureGenerator(say: (text: string) => void): GeneratorFigures {
  const folder = mkdtempSync(join(tmpdir(), 'mirror-fleet-bench-'))
  const namespaces = createNamespaces(`mft-bench-${process.pid}`, ['sender', 'sink'])
  try {
    namespaces.connect(
      { namespace: 'sender', interfaceName: 'mirror0', address: '198.18.205.1/24', mac: '02:00:00:00:05:01' },
      { namespace: 'sink', interfaceName: 'eth0', address: '198.18.205.2/24', mac: '02:00:00:00:05:02' },
    )
    const drop =
      'add table netdev t; add chain netdev t c { type filter hook ingress device "eth0" priority -500; policy drop; }'
    execFileSync('ip', namespaces.command('sink', 'nft', drop))
    const runs = measureRounds(
      folder,
      (...command) => {
        const args = namespaces.command('sender', ...command)
        return execFileSync('ip', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
      },
      say,
    )
    return toFigures(runs)
  } finally {
    namespaces.remove()
    rmSync(folder, { recursive: true, force: true })
  }
}

function measureRounds(folder: string, inSender: (...command: string[]) => string, say: (text: string) => void): Runs {
  const [capture, loop] = [join(folder, 'imix.pcap'), join(folder, 'sendmmsg-loop')]
  execFileSync('cc', ['-O2', '-o', loop, source])
  execFileSync(process.execPath, [main, '--pcap', capture, '--scenario', 'imix', '--packets', String(CAPTURE_PACKETS)])
  const ours = (...options: string[]): LoadReport => {
    const report = decodeReport(
      inSender(
        process.execPath,
        main,
        '--json',
        '--interface',
        'mirror0',
        '--scenario',
        'imix',
        '--seconds',
        '30',
        ...options,
      ),
    )
    if (report === null) throw new Error('the generator printed no report')
    return report
  }
  const topSpeed = (workers: number) =>
    ours('--top-speed', '--packets', String(PACKETS), '--workers', String(workers)).achieved.packetsPerSecond
  const paced = () =>
    ours('--pps', String(PACED_PACKETS_PER_SECOND), '--packets', String(PACED_PACKETS_PER_SECOND * 2)).achieved
  const runs: Runs = { ours: [], oursTwoWorkers: [], c: [], tcpreplay: [], paceError: [] }
  for (let round = 1; round <= ROUNDS; round++) {
    say(`generator: round ${round} of ${ROUNDS}`)
    runs.c.push(Number(inSender(loop, 'mirror0', capture, String(PACKETS))))
    runs.ours.push(topSpeed(1))
    runs.tcpreplay.push(playWithTcpreplay(capture, inSender))
    runs.oursTwoWorkers.push(topSpeed(2))
    runs.paceError.push(paced().packetsPerSecond / PACED_PACKETS_PER_SECOND - 1)
  }
  return runs
}

/** Its fastest way: the capture in memory, no waiting. */
function playWithTcpreplay(capture: string, inSender: (...command: string[]) => string): number {
  const loops = String(Math.ceil(PACKETS / CAPTURE_PACKETS))
  const output = inSender('tcpreplay', '--topspeed', '--preload-pcap', '--loop', loops, '--intf1', 'mirror0', capture)
  return Number(/([\d.]+) pps/.exec(output)?.[1])
}

/** Ratios are taken round by round, then their median: two values of one round had the same machine. */
function toFigures(runs: Runs): GeneratorFigures {
  const median = (values: readonly number[]) => Math.round(percentile(values, 0.5) * 1000) / 1000
  const ratio = (over: readonly number[]) =>
    median(runs.ours.map((value, round) => value / (over[round] ?? Number.NaN)))
  return {
    ppsPerCore: Math.round(median(runs.ours)),
    ratioToTcpreplay: ratio(runs.tcpreplay),
    ratioToC: ratio(runs.c),
    twoWorkersRatio: median(runs.oursTwoWorkers.map((value, round) => value / (runs.ours[round] ?? Number.NaN))),
    paceErrorMost: Math.max(...runs.paceError.map(Math.abs)),
    runs,
  }
}
