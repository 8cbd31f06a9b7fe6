import { readFileSync } from 'node:fs'

/** What an interface has sent since it was made, by its own count. */
export interface WireCounters {
  readonly packets: number
  readonly bytes: number
  readonly drops: number
}

/*
 * A line of /proc/net/dev (net/core/net-procfs.c, dev_seq_printf_stats)
 *
 *   name: rx bytes packets errs drop fifo frame compressed multicast | tx bytes packets errs drop fifo colls carrier compressed
 */
const TX_BYTES = 8
const TX_PACKETS = 9
const TX_DROP = 11

/** Of this process's network namespace; /sys shows that of whoever mounted it. null: no such interface. */
export function readWireCounters(interfaceName: string): WireCounters | null {
  return decodeWireCounters(readFileSync('/proc/net/dev', 'utf8'), interfaceName)
}

export function decodeWireCounters(text: string, interfaceName: string): WireCounters | null {
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':')
    if (colon < 0 || line.slice(0, colon).trim() !== interfaceName) continue
    const numbers = line
      .slice(colon + 1)
      .trim()
      .split(/\s+/)
      .map(Number)
    const at = (index: number) => numbers[index] ?? 0
    return { packets: at(TX_PACKETS), bytes: at(TX_BYTES), drops: at(TX_DROP) }
  }
  return null
}
