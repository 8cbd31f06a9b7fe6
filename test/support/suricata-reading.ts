import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { toSuricataYaml } from '../../sensor-agent/suricata/suricata-yaml.ts'

export interface SuricataEvent {
  readonly event_type: string
  readonly http?: { readonly url: string; readonly status: number }
  readonly tls?: { readonly sni: string; readonly version: string }
  readonly dns?: { readonly type: string; readonly rrname: string }
  readonly alert?: { readonly signature_id: number }
}

/** Everything that the real Suricata, configured as on a sensor, logs of a capture file. */
export function readBySuricata(pcap: string, folder: string, rules: string): SuricataEvent[] {
  const logDir = join(folder, 'suricata')
  rmSync(logDir, { recursive: true, force: true })
  mkdirSync(join(logDir, 'rules'), { recursive: true })
  writeFileSync(join(logDir, 'rules', 'test.rules'), `${rules}\n`)
  const yaml = toSuricataYaml({
    ...{
      interface: 'none',
      vnis: [],
      captureThreads: 1,
      ringMebibytes: 16,
      homeNets: ['198.18.0.0/15'],
      logDir,
      stateDir: logDir,
    },
    ...{ socketPath: join(logDir, 'socket'), rulesDir: join(logDir, 'rules'), engineLog: 'stderr-json' },
  })
  writeFileSync(join(logDir, 'suricata.yaml'), yaml)
  const args = ['-c', join(logDir, 'suricata.yaml'), '-r', pcap, '-l', logDir, '-k', 'all', '--runmode', 'single']
  execFileSync('suricata', args, { stdio: 'pipe' })
  const lines = readFileSync(join(logDir, 'eve.json'), 'utf8').trim().split('\n')
  return lines.map((line): SuricataEvent => JSON.parse(line))
}
