import { toDeviceName } from '../../sensor-agent/decapsulation.ts'
import { toSuricataYaml } from '../../sensor-agent/suricata/suricata-yaml.ts'
import { toWalkthroughYaml } from './walkthrough-yaml.ts'

/** Three ways to capture the same traffic. */
export const configurationNames = ['walkthrough', 'suricata', 'kernel'] as const
export type ConfigurationName = (typeof configurationNames)[number]

/** Folders and files of one engine. */
export const toEnginePaths = (folder: string) => ({
  yaml: `${folder}/suricata.yaml`,
  rules: `${folder}/rules`,
  ruleFile: `${folder}/rules/bench.rules`,
  logs: `${folder}/log`,
  run: `${folder}/run`,
  socket: `${folder}/run/suricata.socket`,
  output: `${folder}/suricata.output`,
})
export type EnginePaths = ReturnType<typeof toEnginePaths>

/** The walkthrough's name for it; a veth has it here. */
export const captureInterface = 'ens5'
/** The VNI of the generator's scenarios with one virtual network. */
const vni = 1
export const captureThreads = 2

export interface EngineConfiguration {
  readonly yaml: string
  /** Of the `suricata` command line. */
  readonly args: readonly string[]
  /** Names of vxlan devices that the kernel must have first, by VNI. */
  readonly devices: readonly { readonly name: string; readonly vni: number }[]
}

/** @param distribution text of the distribution's suricata.yaml, which the walkthrough edits */
export function toEngineConfiguration(
  name: ConfigurationName,
  paths: EnginePaths,
  distribution: string,
): EngineConfiguration {
  if (name === 'walkthrough') {
    // As the walkthrough starts it, and the rules and logs of this engine alone. `threads: auto` is one a core.
    const args = ['-c', paths.yaml, '-i', captureInterface, '-l', paths.logs, '-S', paths.ruleFile]
    return { yaml: toWalkthroughYaml(distribution, paths.socket), args, devices: [] }
  }
  const vnis = name === 'kernel' ? [vni] : []
  const yaml = toSuricataYaml({
    ...{ interface: captureInterface, vnis, captureThreads, ringMebibytes: 64, homeNets: ['198.18.0.0/16'] },
    ...{ logDir: paths.logs, stateDir: paths.run, socketPath: paths.socket, rulesDir: paths.rules, engineLog: 'file' },
  })
  return {
    yaml,
    args: ['-c', paths.yaml, '--af-packet'],
    devices: vnis.map((id) => ({ name: toDeviceName(id), vni: id })),
  }
}
