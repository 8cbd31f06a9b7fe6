import { readdirSync, readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { waitUntil } from '../../infra/local/condition.ts'
import { type NamespaceProcess, startInNamespace } from '../../infra/local/namespace-process.ts'
import { ownRule } from '../../sensor-agent/suricata/own-rule.ts'
import { pinToSensorCore } from './core-placement.ts'
import { type Engine, openEngine } from './engine.ts'
import {
  type ConfigurationName,
  captureInterface,
  type EngineConfiguration,
  type EnginePaths,
  toEngineConfiguration,
  toEnginePaths,
} from './engine-configurations.ts'
import { makeRigNetwork } from './rig-network.ts'
import type { Rig } from './trial-run.ts'

export interface EngineRig extends Rig {
  readonly configuration: ConfigurationName
  /** Where its interface is. */
  readonly sensor: string
  readonly stop: () => Promise<void>
}

const rulesFolder = '/etc/suricata/rules'
const distributionFile = '/etc/suricata/suricata.yaml'
const startSeconds = 90

/**
 * One engine on one core, in a namespace of its own with a veth to the sender's. What is compared is the engine's configuration, so all
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
  const { sensor, sender, remove } = await makeRigNetwork(configuration, made.devices)
  const started: { engine?: Engine; process?: NamespaceProcess } = {}
  const stop = async () => {
    started.engine?.close()
    await started.process?.stop(stopSeconds)
    await remove()
  }
  try {
    started.process = await startInNamespace({
      ...{ namespace: sensor, name: `${configuration} engine`, command: 'suricata', args: made.args },
      logPath: paths.output,
    })
    const { pid } = started.process
    const engine = openRigEngine(pid, sensor, paths, made)
    started.engine = engine
    await waitUntilCapturing(engine, started.process, paths, signal)
    await pinToSensorCore(pid)
    return { name: configuration, configuration, sensor, sender, engines: [engine], stop }
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
