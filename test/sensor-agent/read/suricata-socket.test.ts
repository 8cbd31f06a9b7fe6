import { writeFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { monotonicClock } from '../../../sensor-agent/read/clock.ts'
import { MAXIMUM_REPLY_BYTES } from '../../../sensor-agent/read/suricata-protocol.ts'
import { openSuricataSocket, type SuricataSocket } from '../../../sensor-agent/read/suricata-socket.ts'
import {
  afterGreeting,
  type CommandSocket,
  greeting,
  serveCommandSocket,
  type Treatment,
} from '../../support/command-socket.ts'
import { suricataFixture } from '../../support/suricata-fixture.ts'

const uptimeReply = (seconds: number): string => `{"message":${seconds},"return":"OK"}\n`
const answerUptime = (seconds: number): Treatment => afterGreeting((socket) => socket.write(uptimeReply(seconds)))

const opened: { close: () => void }[] = []
const served: CommandSocket[] = []
afterEach(async () => {
  for (const { close } of opened.splice(0)) close()
  for (const server of served.splice(0)) await server.remove()
})

/** Short where the deadline is to pass, long where it must not. */
async function against(
  treat: Treatment,
  deadlineSeconds = 20,
): Promise<{ server: CommandSocket; suricata: SuricataSocket }> {
  const server = await serveCommandSocket(treat)
  const suricata = openSuricataSocket({ path: server.path, deadlineSeconds, clock: monotonicClock })
  served.push(server)
  opened.push(suricata)
  return { server, suricata }
}

/** Behaves badly on the first connection and well on the next ones. */
function onceBad(bad: Treatment, seconds: number): Treatment {
  let first: object | undefined
  return (socket, text, line) => {
    first ??= socket
    if (socket === first) bad(socket, text, line)
    else answerUptime(seconds)(socket, text, line)
  }
}

describe('the command socket', () => {
  it('says its version first, then keeps one connection for all commands', async () => {
    const { server, suricata } = await against(answerUptime(7))
    expect(await suricata.ask('uptime')).toEqual({ ok: true, value: 7 })
    expect(await suricata.ask('uptime')).toEqual({ ok: true, value: 7 })
    expect(server.lines).toEqual(['{"version":"0.2"}', '{"command":"uptime"}', '{"command":"uptime"}'])
    expect(server.connections()).toBe(1)
  })

  it('sends arguments, and decodes a recorded reply that comes byte by byte', async () => {
    const reply = suricataFixture('iface-stat-7.0.10')
    const { server, suricata } = await against(
      afterGreeting((socket) => {
        let index = 0
        const next = (): void => {
          if (index < reply.length) socket.write(reply.subarray(index, ++index), () => setImmediate(next))
        }
        next()
      }),
    )
    const value = { packets: 80153, drops: 38961, invalidChecksums: 0 }
    expect(await suricata.ask('iface-stat', { iface: 'ms1' })).toEqual({ ok: true, value })
    expect(server.lines[1]).toBe('{"command":"iface-stat","arguments":{"iface":"ms1"}}')
  })

  it('asks one command at a time, in order, however many wait', async () => {
    let waiting = 0
    let most = 0
    const { suricata } = await against(
      afterGreeting((socket, text) => {
        most = Math.max(most, ++waiting)
        setTimeout(() => {
          waiting -= 1
          socket.write(text.includes('version') ? '{"message":"7.0.10","return":"OK"}\n' : uptimeReply(1))
        }, 5)
      }),
    )
    const answers = await Promise.all([suricata.ask('uptime'), suricata.ask('version'), suricata.ask('uptime')])
    expect(answers).toEqual([1, '7.0.10', 1].map((value) => ({ ok: true, value })))
    expect(most).toBe(1)
  })
})

const reply = uptimeReply(1)
describe('a command socket that speaks wrong', () => {
  it.each<[string, string, Treatment]>([
    ['greets with NOK', 'SENSOR_SOCKET_HANDSHAKE', (socket) => socket.write('{"return":"NOK","message":"no"}\n')],
    ['greets with garbage', 'SENSOR_SOCKET_GARBAGE', (socket) => socket.write('SSH-2.0-OpenSSH_9.2\r\n')],
    ['greets twice', 'SENSOR_SOCKET_GARBAGE', (socket) => socket.write(greeting + greeting)],
    ['hangs up at the greeting', 'SENSOR_SOCKET_LOST', (socket) => socket.destroy()],
    ['answers with garbage', 'SENSOR_SOCKET_GARBAGE', afterGreeting((socket) => socket.write('\u0000\u001b[2J}{\n'))],
    ['answers with an empty line', 'SENSOR_SOCKET_GARBAGE', afterGreeting((socket) => socket.write('\n'))],
    [
      'answers another protocol',
      'SENSOR_SOCKET_GARBAGE',
      afterGreeting((socket) => socket.write('HTTP/1.1 400 Bad\r\n\r\n')),
    ],
    ['sends two replies at once', 'SENSOR_SOCKET_GARBAGE', afterGreeting((socket) => socket.write(reply + reply))],
    ['sends a reply and a half', 'SENSOR_SOCKET_GARBAGE', afterGreeting((socket) => socket.write(`${reply}{"mess`))],
    ['closes in the middle of a reply', 'SENSOR_SOCKET_LOST', afterGreeting((socket) => socket.end('{"message":'))],
    ['closes without a reply', 'SENSOR_SOCKET_LOST', afterGreeting((socket) => socket.end())],
    [
      'never ends its reply',
      'SENSOR_SOCKET_OVERSIZED',
      afterGreeting((socket) => socket.write(Buffer.alloc(MAXIMUM_REPLY_BYTES + 1, 'x'))),
    ],
  ])('and %s is a fault, and the next command gets a new connection', async (_, code, bad) => {
    const { server, suricata } = await against(onceBad(bad, 5))
    const answer = await suricata.ask('uptime')
    expect(answer).toMatchObject({ ok: false, code })
    // A sentence for people: printable, and not a screen full of what was sent.
    expect(answer.ok ? '' : answer.fault).toMatch(/^[ -~…]{20,900}$/)
    expect(await suricata.ask('uptime')).toEqual({ ok: true, value: 5 })
    expect(server.connections()).toBe(2)
  })

  it('and refuses a command keeps its connection: it did answer', async () => {
    const { server, suricata } = await against(
      afterGreeting((socket, text) =>
        socket.write(
          text.includes('dump') ? suricataFixture('dump-counters-not-yet-synchronized-7.0.10') : uptimeReply(1),
        ),
      ),
    )
    const refused = await suricata.ask('dump-counters')
    expect(refused).toMatchObject({ ok: false, code: 'SENSOR_COMMAND_REFUSED' })
    expect(refused.ok ? '' : refused.fault).toContain('stats not yet synchronized')
    expect((await suricata.ask('uptime')).ok).toBe(true)
    expect(server.connections()).toBe(1)
  })

  it('and leaves out a required counter keeps its connection', async () => {
    const { server, suricata } = await against(
      afterGreeting((socket) => socket.write('{"message":{},"return":"OK"}\n')),
    )
    expect(await suricata.ask('dump-counters')).toMatchObject({ code: 'SENSOR_COUNTERS_UNKNOWN' })
    await suricata.ask('dump-counters')
    expect(server.connections()).toBe(1)
  })

  it('and says something unasked loses its connection, and no command its reply', async () => {
    let said: (() => void) | undefined
    const { server, suricata } = await against((socket, text, line) => {
      answerUptime(9)(socket, text, line)
      said ??= () => socket.write(uptimeReply(666))
    })
    await suricata.ask('uptime')
    said?.()
    await expect.poll(async () => (await suricata.ask('uptime')) && server.connections(), { timeout: 5000 }).toBe(2)
    expect(await suricata.ask('uptime')).toEqual({ ok: true, value: 9 })
  })
})

describe('a command socket that is late', () => {
  it('has its late reply taken for no later command', async () => {
    let release: (() => void) | undefined
    const late: Treatment = afterGreeting((socket) => {
      release = () => socket.write(uptimeReply(666))
    })
    const { server, suricata } = await against(onceBad(late, 5), 0.2)
    expect(await suricata.ask('uptime')).toMatchObject({ ok: false, code: 'SENSOR_SOCKET_SILENT' })
    const second = suricata.ask('uptime')
    release?.()
    expect(await second).toEqual({ ok: true, value: 5 })
    expect(server.connections()).toBe(2)
  })

  it('answers nobody within the deadline: each waiting command ends by its own, none is sent late', async () => {
    const { server, suricata } = await against(
      afterGreeting(() => undefined),
      0.2,
    )
    const started = performance.now()
    const answers = await Promise.all(Array.from({ length: 20 }, () => suricata.ask('uptime')))
    expect(answers.every((answer) => !answer.ok && answer.code === 'SENSOR_SOCKET_SILENT')).toBe(true)
    expect(performance.now() - started).toBeLessThan(2000)
    expect(server.lines).toEqual(['{"version":"0.2"}', '{"command":"uptime"}'])
  })

  it('is not sent a command whose caller has been told that it failed', async () => {
    const deadlines: (() => void)[] = []
    const replies: (() => void)[] = []
    const server = await serveCommandSocket(afterGreeting((socket) => replies.push(() => socket.write(uptimeReply(3)))))
    served.push(server)
    const after = (_: number, action: () => void) => {
      deadlines.push(action)
      return () => undefined
    }
    const suricata = openSuricataSocket({ path: server.path, deadlineSeconds: 1, clock: { after } })
    opened.push(suricata)
    const asked = [suricata.ask('uptime'), suricata.ask('version'), suricata.ask('uptime')]
    deadlines[1]?.()
    expect(await asked[1]).toMatchObject({ ok: false, code: 'SENSOR_SOCKET_SILENT' })
    for (const turn of [0, 1]) {
      await expect.poll(() => replies.length, { timeout: 5000 }).toBe(turn + 1)
      replies[turn]?.()
    }
    expect(await asked[2]).toEqual({ ok: true, value: 3 })
    expect(server.lines.filter((line) => line.includes('"version"'))).toEqual(['{"version":"0.2"}'])
  })

  it('is silent as well when it does not greet', async () => {
    const { suricata } = await against(() => undefined, 0.1)
    expect(await suricata.ask('uptime')).toMatchObject({ ok: false, code: 'SENSOR_SOCKET_SILENT' })
  })
})

describe('a command socket that is not there', () => {
  it('is a fault, until an engine comes, and again when it restarts', async () => {
    const { server, suricata } = await against(answerUptime(1))
    await server.stop()
    expect(await suricata.ask('uptime')).toMatchObject({ ok: false, code: 'SENSOR_SOCKET_UNREACHABLE' })
    await server.listen()
    expect(await suricata.ask('uptime')).toEqual({ ok: true, value: 1 })
    await server.stop()
    await server.listen()
    // The loss may be noticed by the command itself; the one after it must find the new engine.
    await suricata.ask('uptime')
    expect(await suricata.ask('uptime')).toEqual({ ok: true, value: 1 })
  })

  it.each([
    ['an ordinary file', (path: string) => writeFileSync(path, 'x')],
    ['nothing', () => undefined],
  ])('because %s is at its path, is a fault', async (_, put) => {
    const server = await serveCommandSocket(() => undefined)
    served.push(server)
    await server.stop()
    put(server.path)
    const suricata = openSuricataSocket({ path: server.path, deadlineSeconds: 20, clock: monotonicClock })
    opened.push(suricata)
    expect(await suricata.ask('uptime')).toMatchObject({ ok: false, code: 'SENSOR_SOCKET_UNREACHABLE' })
  })

  it('because its path is longer than a socket path can be, is a fault', async () => {
    const suricata = openSuricataSocket({ path: `/${'x'.repeat(300)}`, deadlineSeconds: 20, clock: monotonicClock })
    expect(await suricata.ask('uptime')).toMatchObject({ ok: false, code: 'SENSOR_SOCKET_UNREACHABLE' })
  })
})

describe('closing', () => {
  it('fails what is under way, what waits and what comes after', async () => {
    const { suricata } = await against(afterGreeting(() => undefined))
    const asked = [suricata.ask('uptime'), suricata.ask('uptime')]
    suricata.close()
    const answers = await Promise.all([...asked, suricata.ask('uptime')])
    for (const answer of answers) expect(answer).toMatchObject({ ok: false, code: 'SENSOR_SOCKET_CLOSED' })
  })
})
