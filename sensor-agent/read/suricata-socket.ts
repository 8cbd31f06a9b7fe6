import type { Answer, Failure } from '../sample/reading.ts'
import { failed } from './answer.ts'
import type { Clock } from './clock.ts'
import type { CompatibleThreads } from './compatible-counters.ts'
import { connectSuricata, type SuricataConnection } from './suricata-connection.ts'
import { type CommandArguments, encodeCommand, type Reply, versionLine } from './suricata-protocol.ts'
import { type Command, decodeMessage, type Replies } from './suricata-replies.ts'

export interface SuricataSocket {
  /**
   * Sends one command and waits for its reply: at most `deadlineSeconds`, the wait for its turn included. Never rejects.
   *
   * @fault SENSOR_SOCKET_* when there is no reply, SENSOR_COMMAND_REFUSED when Suricata says NOK (so the socket did answer),
   * SENSOR_COUNTERS_UNKNOWN or SENSOR_REPLY_UNKNOWN when the reply cannot be understood
   */
  readonly ask: <C extends Command>(command: C, args?: CommandArguments) => Promise<Answer<Replies[C]>>
  /** Closes the connection. What is still waiting fails; so does every later `ask`. */
  readonly close: () => void
}

interface Options {
  readonly path: string
  readonly deadlineSeconds: number
  readonly clock: Pick<Clock, 'after'>
  /** Decode what suricata_exporter shows too; not by default, for it is most of the reply. */
  readonly compatible?: CompatibleThreads | null
}

/**
 * A client of Suricata's command socket: one lasting connection, opened at the first command and again after a failure.
 * One command at a time, because replies carry no number. After a deadline the connection is dropped, so that the late
 * reply can never be taken for the next command's.
 */
export function openSuricataSocket({ path, deadlineSeconds, clock, compatible = null }: Options): SuricataSocket {
  let connection: SuricataConnection | undefined
  let closed = false
  let turn: Promise<unknown> = Promise.resolve()

  /** Suricata waits for the version before it looks at any other client, so it goes out with the connection. */
  const openConnection = async (about: string): Promise<Answer<SuricataConnection>> => {
    if (connection?.isOpen()) return { ok: true, value: connection }
    const opened = connectSuricata(path)
    connection = opened
    const greeting = await opened.exchange(about, versionLine)
    if (!greeting.ok) return greeting
    if (greeting.value.return === 'OK') return { ok: true, value: opened }
    const refused = failed('SENSOR_SOCKET_HANDSHAKE', path, String(greeting.value.message))
    opened.drop(refused)
    return refused
  }

  const exchange = async (command: Command, line: string): Promise<Answer<Reply>> => {
    const opened = await openConnection(command)
    return opened.ok ? opened.value.exchange(command, line) : opened
  }

  const ask = async <C extends Command>(command: C, args?: CommandArguments): Promise<Answer<Replies[C]>> => {
    const line = encodeCommand(command, args)
    if (!line.ok) return line
    const reply = await withinDeadline(command, () => exchange(command, line.value))
    if (!reply.ok) return reply
    return reply.value.return === 'OK'
      ? decodeMessage(command, reply.value.message, compatible)
      : failed('SENSOR_COMMAND_REFUSED', command, reply.value.message)
  }

  /** Takes its turn after the commands before it; the deadline runs from now. */
  const withinDeadline = (command: Command, work: () => Promise<Answer<Reply>>): Promise<Answer<Reply>> =>
    new Promise((settle) => {
      let started = false
      let over: Failure | undefined
      const cancel = clock.after(deadlineSeconds, () => {
        over = failed('SENSOR_SOCKET_SILENT', path, command, deadlineSeconds)
        if (started) connection?.drop(over)
        settle(over)
      })
      const take = async (): Promise<void> => {
        if (over) return
        started = true
        const answer = closed ? failed('SENSOR_SOCKET_CLOSED', command) : await work()
        cancel()
        settle(answer)
      }
      turn = turn.then(take)
    })

  const close = (): void => {
    closed = true
    connection?.drop(failed('SENSOR_SOCKET_CLOSED', 'the one under way'))
  }

  return { ask, close }
}
