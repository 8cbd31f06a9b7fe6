import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A real Suricata on one end of a veth, in a network namespace of its own; the other end sends. */
export interface SuricataNamespace {
  readonly interfaceName: string
  readonly socketPath: string
  /** Starts an engine, after the last one has ended; its pid is that of Suricata itself. */
  readonly start: () => number
  readonly kill: (signal: NodeJS.Signals) => void
  readonly ended: () => Promise<void>
  /** Sends VXLAN datagrams to the sensor's port 4789 and returns when all are sent. */
  readonly send: (packets: number) => void
  /** A program that runs the named one inside the namespace. */
  readonly programInside: (name: string) => string
  readonly remove: () => Promise<void>
}

const ip = (...args: readonly string[]): string => execFileSync('ip', args, { encoding: 'utf8' })

export function makeSuricataNamespace(word: string): SuricataNamespace {
  const name = `mft-${word}-${process.pid}`
  const [sensor, sender] = [`${name}-s`, `${name}-b`]
  const folder = mkdtempSync(join(tmpdir(), `${name}-`))
  const socketPath = join(folder, 'command.socket')
  let engine: ChildProcess | undefined
  mkdirSync(join(folder, 'log'))
  writeFileSync(join(folder, 'suricata.yaml'), yaml(folder, socketPath))
  writeFileSync(join(folder, 'test.rules'), 'alert udp any any -> any any (msg:"any"; sid:1; rev:1;)\n')
  writeFileSync(join(folder, 'send.mjs'), sendScript)
  const removeAll = (): void => {
    // The one that was never made must not keep the other.
    for (const namespace of [sensor, sender]) spawnSync('ip', ['netns', 'delete', namespace])
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    layOut(sensor, sender)
  } catch (error) {
    removeAll()
    throw error
  }
  const ended = async (): Promise<void> => {
    if (engine && engine.exitCode === null && engine.signalCode === null) await once(engine, 'exit')
  }
  return {
    interfaceName: 'mon0',
    socketPath,
    start: () => {
      const program = ['suricata', '-c', join(folder, 'suricata.yaml'), '--af-packet']
      engine = spawn('ip', ['netns', 'exec', sensor, ...program], { stdio: 'ignore' })
      if (engine.pid === undefined) throw new Error('suricata was not started')
      return engine.pid
    },
    kill: (signal) => engine?.kill(signal),
    ended,
    send: (packets) => {
      ip('netns', 'exec', sender, process.execPath, join(folder, 'send.mjs'), String(packets))
    },
    programInside: (program) => {
      const path = join(folder, program)
      writeFileSync(path, `#!/bin/sh\nexec ip netns exec ${sensor} ${program} "$@"\n`, { mode: 0o755 })
      return path
    },
    remove: async () => {
      engine?.kill('SIGKILL')
      await ended()
      removeAll()
    },
  }
}

/** Two namespaces and the wire between them. */
function layOut(sensor: string, sender: string): void {
  for (const namespace of [sensor, sender]) ip('netns', 'add', namespace)
  ip('link', 'add', 'mon0', 'netns', sensor, 'type', 'veth', 'peer', 'name', 'src0', 'netns', sender)
  const ends = [
    [sensor, 'mon0', '198.18.70.1/24'],
    [sender, 'src0', '198.18.70.2/24'],
  ] as const
  for (const [namespace, device, address] of ends) {
    ip('-n', namespace, 'link', 'set', 'lo', 'up')
    ip('-n', namespace, 'address', 'add', address, 'dev', device)
    ip('-n', namespace, 'link', 'set', device, 'up')
  }
}

/** A ring that is small on purpose: a stopped engine must lose packets after a few thousand. */
const yaml = (folder: string, socketPath: string): string => `%YAML 1.1
---
default-log-dir: ${folder}/log
stats: { enabled: yes, interval: 1 }
outputs: []
logging: { default-log-level: notice, outputs: [{ file: { enabled: yes, filename: suricata.log } }] }
af-packet:
  - interface: mon0
    threads: 2
    cluster-id: 77
    cluster-type: cluster_flow
    tpacket-v3: yes
    ring-size: 256
    bpf-filter: udp dst port 4789
decoder: { vxlan: { enabled: true, ports: [4789] } }
unix-command: { enabled: yes, filename: ${socketPath} }
default-rule-path: ${folder}
rule-files: [test.rules]
classification-file: /etc/suricata/classification.config
reference-config-file: /etc/suricata/reference.config
`

/** VXLAN (RFC 7348 section 5) around an Ethernet frame with an IPv4 UDP packet, between addresses of RFC 2544. */
const sendScript = `import { createSocket } from 'node:dgram'
const vxlan = Buffer.from('0800000000004d00', 'hex')
const ethernet = Buffer.from('0200000000020200000000010800', 'hex')
const ipv4 = Buffer.from('450002740000000040110000c6123201c6123301', 'hex')
const udp = Buffer.from('03e8138802600000', 'hex')
const datagram = Buffer.concat([vxlan, ethernet, ipv4, udp, Buffer.alloc(600, 'x')])
const socket = createSocket('udp4')
socket.on('error', () => undefined)
const total = Number(process.argv[2])
for (let sent = 0; sent < total; sent += 100) {
  const batch = Math.min(100, total - sent)
  await Promise.all(Array.from({ length: batch }, () => new Promise((done) => socket.send(datagram, 4789, '198.18.70.1', done))))
}
socket.close()
`
