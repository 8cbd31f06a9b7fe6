import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** How a server on a real unix socket treats one line of a client; `line` 0 is the version handshake. */
export type Treatment = (socket: Socket, text: string, line: number) => void

export interface CommandSocket {
  readonly path: string
  /** Every line of every connection, in order. */
  readonly lines: string[]
  readonly connections: () => number
  readonly listen: () => Promise<void>
  /** Stops listening and breaks every connection, as an engine that ends does. */
  readonly stop: () => Promise<void>
  /** `stop`, and removes the folder. */
  readonly remove: () => Promise<void>
}

export const greeting = '{"return":"OK"}\n'

/** Greets as Suricata does and leaves the commands to `treat`. */
export const afterGreeting =
  (treat: Treatment): Treatment =>
  (socket, text, line) => {
    if (line === 0) socket.write(greeting)
    else treat(socket, text, line)
  }

export async function serveCommandSocket(treat: Treatment): Promise<CommandSocket> {
  const folder = mkdtempSync(join(tmpdir(), 'mft-command-socket-'))
  const path = join(folder, 's')
  const lines: string[] = []
  const open = new Set<Socket>()
  let connections = 0
  let server: Server | undefined

  const accept = (socket: Socket): void => {
    connections += 1
    let line = 0
    let text = ''
    open.add(socket)
    socket.setEncoding('utf8')
    socket.on('error', () => undefined)
    socket.on('close', () => open.delete(socket))
    socket.on('data', (chunk) => {
      const parts = `${text}${chunk}`.split('\n')
      text = parts.pop() ?? ''
      for (const part of parts) {
        lines.push(part)
        treat(socket, part, line++)
      }
    })
  }
  const listen = (): Promise<void> =>
    new Promise((resolve) => {
      server = createServer(accept).listen(path, resolve)
    })
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      for (const socket of open) socket.destroy()
      server ? server.close(() => resolve()) : resolve()
      server = undefined
    })
  const remove = async (): Promise<void> => {
    await stop()
    rmSync(folder, { recursive: true, force: true })
  }
  await listen()
  return { path, lines, connections: () => connections, listen, stop, remove }
}
