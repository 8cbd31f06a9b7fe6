import { cpus, loadavg, release, totalmem } from 'node:os'
import { runCommand } from '../../infra/local/command.ts'

export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryGibibytes: number
  readonly kernel: string
  readonly node: string
  readonly suricata: string
  readonly tcpreplay: string
  readonly compiler: string
  /** Processes that wanted a CPU, over the last minute, before the first part began: others' work spoils the figures. */
  readonly loadAverage: number
}

/** What the figures were measured on. A program that is not there says so in its place. */
export async function readMachine(): Promise<Machine> {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGibibytes: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    node: process.version,
    suricata: await readVersion('suricata', '-V', /version (\S+)/),
    tcpreplay: await readVersion('tcpreplay', '--version', /tcpreplay version: (\S+)/),
    compiler: await readVersion('cc', '--version', /^(.+)$/m),
    loadAverage: Math.round((loadavg()[0] ?? 0) * 100) / 100,
  }
}

async function readVersion(program: string, option: string, pattern: RegExp): Promise<string> {
  const said = await runCommand(program, [option]).catch(() => null)
  return said === null ? 'not installed' : (pattern.exec(`${said.stdout}${said.stderr}`)?.[1] ?? 'unknown')
}
