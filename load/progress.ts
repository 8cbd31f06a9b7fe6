import type { Scenario } from './scenario.ts'
import type { RunControl } from './send/run-control.ts'

const INTERVAL_MILLISECONDS = 500

/** One line on a terminal, written over and over; nothing anywhere else. Returns what takes it away. */
export function showProgress(control: RunControl, { packets: packetsMax, seconds }: Scenario): () => void {
  const { stderr } = process
  if (!stderr.isTTY) return () => {}
  const start = performance.now()
  let last = { at: start, packets: 0 }
  const timer = setInterval(() => {
    const now = performance.now()
    const { packets, bytes } = control.totals()
    const perSecond = ((packets - last.packets) / (now - last.at)) * 1000
    const share = Math.min(Math.max(packets / packetsMax, (now - start) / 1000 / seconds), 1)
    const figures = `${packets.toLocaleString('en-US')} packets, ${Math.round(bytes / 1e6).toLocaleString('en-US')} MB`
    stderr.write(`\r\x1b[K${Math.floor(share * 100)} %  ${figures}, ${Math.round(perSecond).toLocaleString('en-US')}/s`)
    last = { at: now, packets }
  }, INTERVAL_MILLISECONDS)
  return () => {
    clearInterval(timer)
    stderr.write('\r\x1b[K')
  }
}
