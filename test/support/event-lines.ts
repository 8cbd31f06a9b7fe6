import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

export type EventLine = Readonly<Record<string, unknown>>

/** A program that prints one JSON object a line, for a test that waits for what it says. */
export interface EventLines {
  readonly child: ChildProcess
  readonly seen: readonly EventLine[]
  /** The first line, of those not looked at yet, that matches; rejects after the deadline with all that was said. */
  readonly until: (matches: (line: EventLine) => boolean, seconds?: number) => Promise<EventLine>
  /** Sends a signal and waits for the end. */
  readonly end: (signal: NodeJS.Signals) => Promise<void>
}

export function startEventLines(command: string, args: readonly string[], env: NodeJS.ProcessEnv): EventLines {
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  const seen: EventLine[] = []
  let looked = 0
  let wake = () => {}
  if (child.stdout === null) throw new Error('no standard output')
  createInterface(child.stdout).on('line', (line) => {
    seen.push(JSON.parse(line))
    wake()
  })

  const until: EventLines['until'] = async (matches, seconds = 30) => {
    const deadline = Date.now() + seconds * 1000
    while (Date.now() < deadline) {
      while (looked < seen.length) {
        const line = seen[looked]
        looked += 1
        if (line !== undefined && matches(line)) return line
      }
      await new Promise<void>((resolve) => {
        wake = resolve
        setTimeout(resolve, Math.min(200, Math.max(1, deadline - Date.now())))
      })
    }
    throw new Error(`not said within ${seconds} s; said was:\n${seen.map((line) => JSON.stringify(line)).join('\n')}`)
  }
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal)
    await exited
  }
  return { child, seen, until, end }
}
