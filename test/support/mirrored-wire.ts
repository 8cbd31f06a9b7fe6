import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createNamespaces } from './network-namespace.ts'

/**
 * A client and a server whose whole traffic is mirrored to a sensor in VXLAN, each in a namespace of its own: between
 * them a bridge that forgets every address at once, and so sends each frame to all of its ports, of which one is a vxlan
 * device. Every frame arrives at the sensor once. The outer port differs by direction, which AWS's does not: give the
 * engine one capture thread.
 */
export interface MirroredWire {
  /** A scratch folder; removed with the rest. */
  readonly folder: string
  readonly sensorInterface: string
  /** The arguments for `ip` that run a command in the sensor's namespace. */
  readonly inSensor: (...command: string[]) => string[]
  /** Runs a command to its end at the client, and returns what it printed. */
  readonly atClient: (...command: string[]) => string
  /** The same where the mirrored packets come from: the sensor's neighbour. */
  readonly atMirror: (...command: string[]) => string
  readonly serverAddress: string
  readonly mirrorAddress: string
  readonly sensorAddress: string
  readonly remove: () => Promise<void>
}

const serverAddress = '198.18.81.2'
const mirrorAddress = '198.18.82.1'
const sensorAddress = '198.18.82.2'

export async function makeMirroredWire(word: string): Promise<MirroredWire> {
  const prefix = `mft-${word}-${process.pid}`
  const folder = mkdtempSync(join(tmpdir(), `${prefix} `))
  const namespaces = createNamespaces(prefix, ['wire', 'client', 'server', 'sensor'])
  const servers: ChildProcess[] = []
  const remove = async () => {
    for (const server of servers) await end(server)
    namespaces.remove()
    rmSync(folder, { recursive: true, force: true })
  }
  const at = (name: string) => (command: string[]) =>
    execFileSync('ip', namespaces.command(name, ...command), { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  try {
    // Chatter of the devices themselves would be mirrored too.
    at('wire')(['sh', '-c', 'echo 1 | tee /proc/sys/net/ipv6/conf/*/disable_ipv6'])
    layWire(namespaces)
    for (const command of toServers(folder)) {
      servers.push(spawn('ip', namespaces.command('server', ...command), { stdio: 'ignore' }))
    }
  } catch (error) {
    await remove()
    throw error
  }
  return {
    folder,
    sensorInterface: 'eth0',
    inSensor: (...command) => namespaces.command('sensor', ...command),
    atClient: (...command) => at('client')(command),
    atMirror: (...command) => at('wire')(command),
    serverAddress,
    mirrorAddress,
    sensorAddress,
    remove,
  }
}

function layWire({ connect, ip }: ReturnType<typeof createNamespaces>): void {
  const mac = (last: number) => `02:00:00:00:81:0${last}`
  const ends = [
    ['client', '198.18.81.1/24'],
    ['server', `${serverAddress}/24`],
    ['sensor', `${sensorAddress}/24`],
  ] as const
  for (const [index, [namespace, address]] of ends.entries()) {
    const near = { namespace: 'wire', interfaceName: `to-${namespace}`, mac: mac(index * 2) }
    const nearAddress = namespace === 'sensor' ? { address: `${mirrorAddress}/24` } : {}
    connect({ ...near, ...nearAddress }, { namespace, interfaceName: 'eth0', address, mac: mac(index * 2 + 1) })
    if (namespace !== 'sensor') ip(namespace, 'link', 'set', 'eth0', 'mtu', '1500')
  }
  ip('wire', 'link', 'add', 'hub', 'type', 'bridge', 'ageing_time', '0', 'mcast_snooping', '0')
  ip(
    ...(['wire', 'link', 'add', 'mirror', 'type', 'vxlan', 'id', '7', 'dstport', '4789', 'nolearning'] as const),
    ...(['local', mirrorAddress, 'remote', sensorAddress] as const),
  )
  for (const port of ['to-client', 'to-server', 'mirror']) ip('wire', 'link', 'set', port, 'master', 'hub', 'up')
  ip('wire', 'link', 'set', 'hub', 'up')
}

/** HTTP, HTTPS with a certificate made here, and DNS. */
function toServers(folder: string): string[][] {
  const key = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'certificate.pem')]
  const certificate = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=mirror.example']
  execFileSync('openssl', [...certificate, ...key], { stdio: 'ignore' })
  mkdirSync(join(folder, 'www'))
  writeFileSync(join(folder, 'www', 'page'), 'a body of the real server\n')
  writeFileSync(join(folder, 'nginx.conf'), toNginxConfiguration(folder))
  return [
    ['nginx', '-c', join(folder, 'nginx.conf'), '-e', join(folder, 'nginx.error')],
    [
      ...['dnsmasq', '--keep-in-foreground', '--no-resolv', '--no-hosts', '--conf-file=/dev/null', '--user=root'],
      ...[
        '--pid-file',
        `--listen-address=${serverAddress}`,
        '--bind-interfaces',
        '--address=/mirror.example/198.18.81.2',
      ],
    ],
  ]
}

const toNginxConfiguration = (folder: string) => `
daemon off; master_process off; user root; pid "${folder}/nginx.pid"; error_log stderr;
events {}
http {
  access_log off; client_body_temp_path "${folder}"; proxy_temp_path "${folder}"; fastcgi_temp_path "${folder}";
  uwsgi_temp_path "${folder}"; scgi_temp_path "${folder}"; ssl_session_cache builtin;
  server {
    listen 80; listen 443 ssl; ssl_protocols TLSv1.2 TLSv1.3; root "${folder}/www";
    ssl_certificate "${folder}/certificate.pem"; ssl_certificate_key "${folder}/key.pem";
  }
}
`

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGKILL')
  await exited
}
