import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runCommand } from '../../infra/local/command.ts'
import { waitUntil } from '../../infra/local/condition.ts'
import { decodeReport, type LoadReport } from '../../load/report.ts'
import { readSoftnet } from '../../sensor-agent/read/softnet.ts'
import { onSenderCore } from './core-placement.ts'
import type { Engine } from './engine.ts'
import { readThreadSeconds, readWorkerSeconds } from './process-use.ts'
import { type Trial, type TrialCounters, toTrial } from './trial.ts'

const program = fileURLToPath(new URL('../../load/main.ts', import.meta.url))

let compileCache: string | null = null
/** Saves each trial most of a second: the generator starts from its sources. Made when first asked for. */
function toCompileCache(): string {
  if (compileCache !== null) return compileCache
  const folder = mkdtempSync(join(tmpdir(), 'mirror-fleet-compile-cache-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  compileCache = folder
  return folder
}

/** Who sends and who captures. */
export interface Rig {
  readonly name: string
  readonly sender: { readonly namespace: string; readonly options: readonly string[] }
  /** None: nobody listens, and all that is sent counts as lost. */
  readonly engines: readonly Engine[]
}

export interface Load {
  /** For load/main.ts: the scenario, without where to and how fast. */
  readonly options: readonly string[]
  readonly packetsPerSecond: number
  readonly packets: number
}

/** Sends one load through the rig, and returns when everything that came has been worked off. */
export async function runTrial(rig: Rig, load: Load, signal: AbortSignal): Promise<Trial> {
  signal.throwIfAborted()
  const before = await readCounters(rig.engines)
  const report = await send(rig, load)
  const engineSecondsAtEnd = readEngineSeconds(rig.engines)
  const sent = report.sent.packets
  const after = await readSettled(rig.engines, before.captured + sent, signal)
  const sending = {
    askedPacketsPerSecond: load.packetsPerSecond,
    achievedPacketsPerSecond: report.achieved.packetsPerSecond,
    packets: sent,
    wireDrops: report.wire?.drops ?? 0,
    engineSecondsAtEnd,
  }
  return toTrial(sending, before, after)
}

/** Bounds a generator that hangs; its own bounds end it long before. */
const startSeconds = 30

async function send({ sender }: Rig, load: Load): Promise<LoadReport> {
  // Longer than it takes: the packets are what ends the run, so that each rate is held for its whole time.
  const seconds = Math.ceil((load.packets / load.packetsPerSecond) * 2)
  const args = [
    ...[program, '--json', ...sender.options, ...load.options],
    ...['--pps', String(Math.round(load.packetsPerSecond)), '--packets', String(Math.round(load.packets))],
    ...['--seconds', String(seconds)],
  ]
  const node = ['env', `NODE_COMPILE_CACHE=${toCompileCache()}`, ...onSenderCore(process.execPath, ...args)]
  const command = ['netns', 'exec', sender.namespace, ...node]
  const { stdout, stderr } = await runCommand('ip', command, { deadlineSeconds: seconds + startSeconds })
  const report = decodeReport(stdout)
  if (report === null) throw new Error(`the generator printed no report; it said last: ${stderr.trim().slice(-500)}`)
  return report
}

const readEngineSeconds = (engines: readonly Engine[]): number =>
  engines.reduce((sum, { pid }) => sum + readThreadSeconds(pid), 0)

async function readCounters(engines: readonly Engine[]): Promise<TrialCounters> {
  const counts = await Promise.all(engines.map((engine) => engine.readCounters()))
  const total = (key: 'captured' | 'captureDrops' | 'deviceDrops') => counts.reduce((sum, count) => sum + count[key], 0)
  const softnet = readSoftnet({ procRoot: '/proc' })
  return {
    ...{ captured: total('captured'), captureDrops: total('captureDrops'), deviceDrops: total('deviceDrops') },
    softnetDrops: softnet.ok ? softnet.value.drops : 0,
    engineSeconds: readEngineSeconds(engines),
    workerSeconds: engines.flatMap(({ pid }) => readWorkerSeconds(pid)),
  }
}

const settleSeconds = 30
/** The engine takes the kernel's counts over once a second (Suricata src/source-af-packet.c, AFPDumpCounters). */
const stillSeconds = 1.3
/** An engine that works packets off takes a good part of a core, or all of what a cap leaves it; an idle one 1 or 2 %. */
const idleShare = 0.06

/** Of a moment so short as between two looks at once, the share is 0 whatever goes on; a cap is dealt out every 0.1 s. */
const lookSeconds = 0.2

/** Waits until everything was captured, or nothing more comes, and the engines have nothing left to do. */
async function readSettled(engines: readonly Engine[], expected: number, signal: AbortSignal): Promise<TrialCounters> {
  if (engines.length === 0) return await readCounters(engines)
  const now = () => performance.now() / 1000
  let last = { captured: -1, since: now() }
  let looked = { at: now(), seconds: readEngineSeconds(engines) }
  return await waitUntil({
    what: 'counters that stand still and engines at rest',
    deadlineSeconds: settleSeconds,
    read: () => readCounters(engines),
    isDone: ({ captured, engineSeconds }) => {
      const at = now()
      if (captured !== last.captured) last = { captured, since: at }
      if (at - looked.at < lookSeconds) return false
      const share = (engineSeconds - looked.seconds) / (at - looked.at) / Math.max(engines.length, 1)
      looked = { at, seconds: engineSeconds }
      return share <= idleShare && (captured >= expected || at - last.since >= stillSeconds)
    },
    signal,
  })
}
