import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createNamespaces } from '../../support/network-namespace.ts'

let namespaces: ReturnType<typeof createNamespaces>
beforeAll(() => {
  namespaces = createNamespaces(`mft-sink-${process.pid}`, ['host'])
})
afterAll(() => namespaces.remove())

/** A fresh pair for each trial: its counters begin at 0. */
beforeEach(() => {
  if (namespaces.ip('host', '-brief', 'link').includes('sending')) namespaces.ip('host', 'link', 'delete', 'sending')
  namespaces.connect(
    { namespace: 'host', interfaceName: 'sending', mac: '02:00:00:00:06:01' },
    { namespace: 'host', interfaceName: 'receiving', mac: '02:00:00:00:06:02' },
  )
})

const script = fileURLToPath(new URL('../../support/interface-sink-trial.ts', import.meta.url))

function run(weather: 'steady' | 'outage', lengths: readonly number[]) {
  const args = [script, 'sending', 'receiving', weather, ...lengths.map(String)]
  const command = namespaces.command('host', process.execPath, ...args)
  return JSON.parse(execFileSync('ip', command, { encoding: 'utf8', timeout: 60_000 }))
}

const upTo = (count: number) => Array.from({ length: count }, (_, sequence) => String(sequence))
const small = Array.from({ length: 50 }, (_, index) => 60 + index * 30)

describe('an interface sink', () => {
  it('sends by AF_XDP every frame, whole, once and in order, wherever in the memory it begins', () => {
    const { isXdp, means, driver, refused, seen } = run('steady', small)
    const all = { isXdp: true, means: 'af-xdp', driver: 'veth', refused: [], seen: upTo(500) }
    expect({ isXdp, means, driver, refused, seen }).toEqual(all)
  })

  it('keeps the order when frames longer than AF_XDP carries come in between', () => {
    const { isXdp, means, refused, seen } = run('steady', [60, 4096, 4097, 9000, 1500])
    expect({ isXdp, means, refused, seen }).toEqual({ isXdp: true, means: 'af-packet', refused: [], seen: upTo(50) })
  })

  it('tells of a frame longer than the MTU, which AF_XDP would lose without a word', () => {
    namespaces.ip('host', 'link', 'set', 'sending', 'mtu', '1500')
    const { refused, seen } = run('steady', [60, 2000, 61])
    expect(new Set(refused)).toEqual(new Set(['1 EMSGSIZE']))
    expect(seen).toEqual(upTo(30).filter((sequence) => Number(sequence) % 3 !== 1))
  })

  it('sends a frame again that was dropped while the far end was away: none is lost, sent twice or late', () => {
    const { isXdp, sent, refused, wirePackets, seen } = run('outage', small)
    expect({ isXdp, refused, wirePackets }).toEqual({ isXdp: true, refused: [], wirePackets: sent })
    // The receiver is a moment later on its feet than the interface; from then on it hears everything.
    expect(seen.length).toBeGreaterThan(0)
    expect(seen).toEqual(upTo(sent).slice(-seen.length))
  })
})
