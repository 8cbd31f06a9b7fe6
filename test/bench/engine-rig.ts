import { readdirSync, readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { run, runIn } from '../../infra/local/command.ts'
import { waitUntil } from '../../infra/local/condition.ts'
import { type NamespaceProcess, startInNamespace } from '../../infra/local/namespace-process.ts'
import { removeNamespaces } from '../../infra/local/namespaces.ts'
import { ownRule } from '../../sensor-agent/suricata/own-rule.ts'
import { createNamespaces } from '../support/network-namespace.ts'
import { type Engine, openEngine } from './engine.ts'
import {
  type ConfigurationName,
  captureInterface,
  type EngineConfiguration,
  type EnginePaths,
  toEngineConfiguration,
  toEnginePaths,
} from './engine-configurations.ts'
import type { Rig } from './trial-run.ts'

export interface EngineRig extends Rig {
  readonly configuration: ConfigurationName
  readonly stop: () => Promise<void>
}

const rulesFolder = '/etc/suricata/rules'
const distributionFile = '/etc/suricata/suricata.yaml'
const sensorAddress = '198.18.206.2'
const sensorMac = '02:00:00:00:06:02'
const startSeconds = 90

/**
 * One engine in a namespace of its own, with a veth to the sender's. What is compared is the engine's configuration, so all
 * have the same rules (the distribution's and the agent's own), the same firewall and no agent.
 */
export async function startEngineRig(
  configuration: ConfigurationName,
  folder: string,
  signal: AbortSignal,
): Promise<EngineRig> {
  const paths = toEnginePaths(`${folder}/${configuration}`)
  for (const path of [paths.rules, paths.logs, paths.run]) await mkdir(path, { recursive: true })
  const made = toEngineConfiguration(configuration, paths, readFileSync(distributionFile, 'utf8'))
  await writeFile(paths.yaml, made.yaml)
  await writeFile(paths.ruleFile, readRules())
  const namespaces = createNamespaces(`mft-bench-${process.pid}-${configuration}`, ['sender', 'sensor'])
  const [sender, sensor] = [namespaces.name('sender'), namespaces.name('sensor')]
  const started: { engine?: Engine; process?: NamespaceProcess } = {}
  const stop = async () => {
    started.engine?.close()
    await started.process?.stop(stopSeconds)
    await removeNamespaces([sender, sensor])
  }
  try {
    namespaces.connect(
      { namespace: 'sender', interfaceName: 'mirror0', address: '198.18.206.1/24', mac: '02:00:00:00:06:01' },
      { namespace: 'sensor', interfaceName: captureInterface, address: `${sensorAddress}/24`, mac: sensorMac },
    )
    await prepareSensor(sensor, made)
    started.process = await startInNamespace({
      ...{ namespace: sensor, name: `${configuration} engine`, command: 'suricata', args: made.args },
      logPath: paths.output,
    })
    const { pid } = started.process
    const engine = openRigEngine(pid, sensor, paths, made)
    started.engine = engine
    await waitUntilCapturing(engine, started.process, paths, signal)
    const to = ['--interface', 'mirror0', '--destination-address', sensorAddress, '--destination-mac', sensorMac]
    return { name: configuration, configuration, sender: { namespace: sender, options: to }, engines: [engine], stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Suricata flushes its logs. */
const stopSeconds = 15

const readRules = (): string => {
  const files = readdirSync(rulesFolder).filter((name) => name.endsWith('.rules'))
  return [...files.map((name) => readFileSync(`${rulesFolder}/${name}`, 'utf8')), ownRule, ''].join('\n')
}

/** As in a region: mirrored packets are for the capture alone, and pass on only where devices decapsulate them. */
async function prepareSensor(namespace: string, { devices }: EngineConfiguration): Promise<void> {
  const verdict = devices.length > 0 ? 'accept' : 'drop'
  const rules = `table inet sensor {
  chain input { type filter hook input priority filter; udp dport 4789 ${verdict}; }
  chain output { type filter hook output priority filter; icmp type destination-unreachable drop; }
}
`
  await runIn(namespace, 'nft', ['-f', '-'], { input: rules })
  // A device as the agent makes it (sensor-agent/suricata/vxlan-devices.ts), which works in its own namespace only.
  for (const { name, vni } of devices) {
    const device = ['link', 'add', 'name', name, 'mtu', '9001', 'arp', 'off', 'type', 'vxlan', 'id', String(vni)]
    await run('ip', ['-n', namespace, ...device, 'dstport', '4789', 'nolearning'])
    await runIn(namespace, 'sysctl', ['-q', '-w', `net.ipv4.conf.${name}.rp_filter=1`])
    await runIn(namespace, 'sysctl', ['-e', '-q', '-w', `net.ipv6.conf.${name}.disable_ipv6=1`])
    await runIn(namespace, 'ethtool', ['-K', name, 'gro', 'off'])
    await run('ip', ['-n', namespace, 'link', 'set', 'dev', name, 'up'])
  }
}

const openRigEngine = (pid: number, namespace: string, paths: EnginePaths, made: EngineConfiguration): Engine => {
  const devices = made.devices.map(({ name }) => name)
  return openEngine({ pid, namespace, socketPath: paths.socket, interfaces: [captureInterface, ...devices], devices })
}

/** The command socket answers for an interface once the engine has opened it; its threads say when they all capture. */
async function waitUntilCapturing(
  engine: Engine,
  { exited }: NamespaceProcess,
  paths: EnginePaths,
  signal: AbortSignal,
): Promise<void> {
  let ended = false
  void exited.then(() => {
    ended = true
  })
  await waitUntil({
    what: 'an engine that captures',
    deadlineSeconds: startSeconds,
    read: async () => {
      if (ended) throw new Error(`the engine ended at its start: ${readFileSync(paths.output, 'utf8').slice(-500)}`)
      return readFileSync(paths.output, 'utf8') + readLog(paths)
    },
    isDone: (text) => text.includes('Engine started'),
    signal,
    describe: (text) => text.slice(-300),
  })
  await engine.readCounters()
}

function readLog({ logs }: EnginePaths): string {
  try {
    return readFileSync(`${logs}/suricata.log`, 'utf8')
  } catch {
    return ''
  }
}
