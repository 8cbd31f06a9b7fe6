import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { monotonicClock } from '../../../sensor-agent/read/clock.ts'
import { readInterfaceCounters } from '../../../sensor-agent/read/interface-counters.ts'
import { readOwnTraffic } from '../../../sensor-agent/read/own-traffic.ts'
import { readPacketSocket } from '../../../sensor-agent/read/packet-socket.ts'
import { decodeProcStat } from '../../../sensor-agent/read/proc-stat.ts'
import { openSuricataSocket, type SuricataSocket } from '../../../sensor-agent/read/suricata-socket.ts'
import { readThreadCpu } from '../../../sensor-agent/read/thread-cpu.ts'
import type { Answer } from '../../../sensor-agent/sample/reading.ts'
import { makeSuricataNamespace, type SuricataNamespace } from '../../support/suricata-namespace.ts'

let engine: SuricataNamespace
let suricata: SuricataSocket
let pid = 0
const patience = { timeout: 60_000, interval: 200 }

const valueOrCode = <T>(answer: Answer<T>): T | string => (answer.ok ? answer.value : answer.code)
const counters = async () => {
  const answer = await suricata.ask('dump-counters')
  return answer.ok ? answer.value : undefined
}
const capture = async () => {
  const answer = await suricata.ask('iface-stat', { iface: engine.interfaceName })
  return answer.ok ? answer.value : undefined
}
/** What the namespace's own /proc and /sys say: those of the engine's process. */
const received = () => {
  const counts = readInterfaceCounters({ sysRoot: `/proc/${pid}/root/sys`, interfaceName: engine.interfaceName })
  return counts.ok ? counts.value.receivedPackets : Number.NaN
}
const own = () => {
  const traffic = readOwnTraffic({ procRoot: `/proc/${pid}`, interfaceName: engine.interfaceName })
  return traffic.ok ? traffic.value.packets : Number.NaN
}

beforeAll(async () => {
  engine = makeSuricataNamespace('socket')
  suricata = openSuricataSocket({ path: engine.socketPath, deadlineSeconds: 2, clock: monotonicClock })
  pid = engine.start()
  await vi.waitFor(async () => expect((await counters())?.workers.length).toBe(2), patience)
})
afterAll(async () => {
  suricata?.close()
  await engine?.remove()
})

describe('the real Suricata', () => {
  it('answers every command that the agent reads with', async () => {
    expect(await suricata.ask('version')).toMatchObject({ ok: true, value: expect.stringMatching(/^[78]\./) })
    expect(await suricata.ask('uptime')).toMatchObject({ ok: true, value: expect.any(Number) })
    expect(await suricata.ask('running-mode')).toEqual({ ok: true, value: 'workers' })
    expect(await suricata.ask('capture-mode')).toEqual({ ok: true, value: 'AF_PACKET_DEV' })
    expect(await suricata.ask('ruleset-stats')).toEqual({ ok: true, value: { rulesLoaded: 1, rulesFailed: 0 } })
    expect(await suricata.ask('iface-stat', { iface: 'none' })).toMatchObject({ code: 'SENSOR_COMMAND_REFUSED' })
  })

  it('moves its workers’ polls on a quiet line, so that standing still means stuck', async () => {
    const before = await counters()
    const polls = before?.workers.map((worker) => worker.polls) ?? []
    await expect
      .poll(
        async () => (await counters())?.workers.every((worker, index) => worker.polls > (polls[index] ?? 0)),
        patience,
      )
      .toBe(true)
    expect((await capture())?.packets).toBe(before?.capturePackets)
  })

  it('counts each mirrored packet once, on the interface and in the capture, and none as own traffic', async () => {
    const before = { capture: (await capture())?.packets ?? 0, received: received(), own: own() }
    engine.send(1000)
    await expect.poll(async () => (await capture())?.packets, patience).toBe(before.capture + 1000)
    await expect.poll(async () => (await counters())?.vxlanPackets, patience).toBe(before.capture + 1000)
    expect(received() - before.received).toBeGreaterThanOrEqual(1000)
    expect(own() - before.own).toBeLessThan(10)
    expect(await counters()).toMatchObject({ captureDrops: 0, rulesLoaded: 1 })
  })

  it('reloads its rules without blocking the socket, and says when', async () => {
    const before = await suricata.ask('ruleset-reload-time')
    expect(await suricata.ask('ruleset-reload-nonblocking')).toEqual({ ok: true, value: 'accepted' })
    await expect
      .poll(async () => valueOrCode(await suricata.ask('ruleset-reload-time')), patience)
      .not.toBe(valueOrCode(before))
  })

  it('shows its capture to ss and its workers in /proc', async () => {
    const sockets = await readPacketSocket({ ss: engine.programInside('ss'), interfaceName: engine.interfaceName })
    expect(sockets).toMatchObject({ ok: true, value: { sockets: 2 } })
    const threads = readThreadCpu({ procRoot: '/proc', pid })
    const names = threads.ok ? threads.value.map(({ thread }) => thread) : []
    expect(names).toEqual(expect.arrayContaining(['W#01-mon0', 'W#02-mon0', 'Suricata-Main']))
  })

  it('stopped is silent within its deadline; going on, it answers and owns up to what its rings lost', async () => {
    const before = (await capture())?.packets ?? 0
    engine.kill('SIGSTOP')
    // Its threads stop one after the other.
    const state = () => decodeProcStat(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.state
    await expect.poll(state, patience).toBe('T')
    await expect.poll(async () => valueOrCode(await suricata.ask('uptime')), patience).toBe('SENSOR_SOCKET_SILENT')
    const started = performance.now()
    expect((await suricata.ask('uptime')).ok).toBe(false)
    expect(performance.now() - started).toBeLessThan(10_000)
    engine.send(20_000)
    // The kernel shows a ring's drops to nobody but its owner.
    const sockets = await readPacketSocket({ ss: engine.programInside('ss'), interfaceName: engine.interfaceName })
    expect(sockets).toMatchObject({ ok: true, value: { sockets: 2, drops: 0 } })
    engine.kill('SIGCONT')
    await expect.poll(async () => (await capture())?.packets, patience).toBe(before + 20_000)
    const { drops = 0 } = (await capture()) ?? {}
    expect(drops).toBeGreaterThan(0)
    expect(drops).toBeLessThan(20_000)
  })

  it('killed is unreachable, and its successor is found without help', async () => {
    engine.kill('SIGKILL')
    await engine.ended()
    expect((await suricata.ask('uptime')).ok).toBe(false)
    expect(await suricata.ask('uptime')).toMatchObject({ ok: false, code: 'SENSOR_SOCKET_UNREACHABLE' })
    pid = engine.start()
    await expect.poll(async () => (await counters())?.workers.length, patience).toBe(2)
  })
})
