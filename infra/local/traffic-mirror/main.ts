import { parseArgs } from 'node:util'
import { openPacketSocket } from '../../../load/send/af-packet.ts'
import { createFrameBatch } from '../../../load/send/frame-batch.ts'
import { toErrorMessage } from '../../error-message.ts'
import { compileMirror, OUTER_BYTES } from './mirror.ts'
import { startMirrorLoop } from './mirror-loop.ts'
import { decodeMirrorSettings, type MirrorSettings } from './settings.ts'

/**
 * Traffic Mirroring of one network interface. Runs inside the source's network namespace, one process per source.
 *
 *   main.ts --session '<MirrorSettings as JSON>'
 *
 * Prints `{"ready":true}` when it captures, and a MirrorReport when SIGTERM or SIGINT has ended it (exit code 0).
 * With an IPC channel it sends both there too, answers the message "report" with a MirrorReport, and ends when the channel
 * closes.
 * Exit code 2: the settings are refused. Exit code 1: an interface is missing, or went away.
 */

/** A frame of the largest VPC MTU with its Ethernet header and a VLAN tag, and a little more. */
const FRAME_BYTES = 9216
/** Frames for each pair of system calls. The user's share of the time is an eighth (measured): more would gain little. */
const BATCH_FRAMES = 64
/** The kernel allows itself twice this. Some 150 000 small packets: half a second of a busy source while we are not scheduled. */
const RECEIVE_BUFFER_BYTES = 64 * 1024 * 1024

async function main(): Promise<void> {
  const settings = readSettings()
  if (settings === null) return
  const capture = openPacketSocket({ interfaceName: settings.interface, receiveBufferBytes: RECEIVE_BUFFER_BYTES })
  const sender = openPacketSocket({ interfaceName: settings.mirrorInterface, sendOnly: true })
  const batch = createFrameBatch({ capacity: BATCH_FRAMES, frameBytes: FRAME_BYTES, headroomBytes: OUTER_BYTES })
  const loop = startMirrorLoop({ capture, sender, batch, mirror: compileMirror(settings) })

  process.on('SIGTERM', loop.stop)
  process.on('SIGINT', loop.stop)
  process.on('disconnect', loop.stop)
  process.on('message', (message) => {
    if (message === 'report') sendToParent(loop.report())
  })
  // A parent that is gone does not read its pipe any more.
  process.stdout.on('error', () => {})
  tell({ ready: true })
  try {
    await loop.done
  } finally {
    tell(loop.report(), () => process.connected && process.disconnect())
    capture.close()
    sender.close()
  }
}

function readSettings(): MirrorSettings | null {
  const decoded = decodeMirrorSettings(readSessionArgument())
  if (decoded.ok) return decoded.value
  process.stderr.write(`--session rejected: ${decoded.complaints.join('; ')}\n`)
  process.exitCode = 2
  return null
}

/** Anything but `--session <text>` becomes an empty text, which the settings refuse. */
function readSessionArgument(): string {
  try {
    return parseArgs({ options: { session: { type: 'string' } } }).values.session ?? ''
  } catch {
    return ''
  }
}

function tell(line: object, told: () => void = () => {}): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
  sendToParent(line, told)
}

/** Does nothing without a channel. A parent that has just gone is no error: the loop hears of it by itself. */
function sendToParent(message: object, sent: () => void = () => {}): void {
  if (process.connected) process.send?.(message, sent)
}

main().catch((error: unknown) => {
  process.stderr.write(`traffic mirror stopped: ${toErrorMessage(error)}\n`)
  process.exitCode = 1
})
