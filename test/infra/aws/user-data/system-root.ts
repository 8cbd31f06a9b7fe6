import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeAgentFolder } from '../../../../infra/aws/agent-folder.ts'

const run = (command: string, args: readonly string[], cwd?: string): string =>
  execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], cwd, maxBuffer: 16 * 1024 * 1024 })

/** Where this machine gets Debian from; a machine of another kind asks Debian itself. */
function toMirror(): string {
  const targets = run('apt-get', ['indextargets', '--format', '$(REPO_URI) $(ORIGIN) $(LABEL)', 'Created-By: Packages'])
  return /^(\S+) Debian Debian$/m.exec(targets)?.[1] ?? 'http://deb.debian.org/debian'
}

/** Proxies of this machine, and how strict it is with dates: a frozen mirror is as good. */
const toAptOptions = (): string =>
  run('apt-config', ['dump'])
    .split('\n')
    .filter((line) => /^Acquire::(?:https?::|Check-)/.test(line))
    .join('\n')

/** Hosts of AWS, whose certificate the system trusts and whose address is its own. */
export const assetHost = 'fleet-assets.s3.us-east-1.amazonaws.com'
export const autoScalingHost = 'autoscaling.us-east-1.amazonaws.com'

/**
 * A fresh Debian 13 in `root`, as near to Ubuntu 24.04 as its age allows. Suricata and what else user data installs are
 * downloaded and not installed: the instance itself has no network.
 */
export function writeSystem(folder: string, root: string, around: string): void {
  const options = join(folder, 'apt.conf')
  writeFileSync(options, `${toAptOptions()}\nAcquire::Languages "none";\n`)
  const included = 'systemd-sysv,dbus,curl,ca-certificates,iproute2,logrotate,procps'
  const download = 'apt-get install --yes --no-install-recommends --download-only suricata unzip ethtool'
  run('mmdebstrap', [
    ...['--variant=apt', `--include=${included}`, `--aptopt=${options}`, '--skip=cleanup/apt'],
    ...[`--customize-hook=chroot "$1" ${download}`, 'trixie', root, toMirror()],
  ])
  // Waiting for the disk is most of what an installation takes, and this system is not kept.
  writeFileSync(join(root, 'etc/dpkg/dpkg.cfg.d/unsafe-io'), 'force-unsafe-io\n')
  writeFileSync(join(root, 'etc/hosts'), `127.0.0.1 localhost ${assetHost} ${autoScalingHost}\n`)
  writeFileSync(join(root, 'etc/resolv.conf'), '')
  appendFileSync(join(root, 'etc/ssl/certs/ca-certificates.crt'), readFileSync(join(around, 'cert.pem')))
}

/** The folder of instance-surroundings.ts: the asset as `cdk deploy` would upload it, and AWS's certificate. */
export async function writeSurroundings(folder: string, around: string): Promise<void> {
  const asset = join(folder, 'asset')
  for (const each of [asset, around]) mkdirSync(each)
  await writeAgentFolder(asset)
  run('zip', ['--quiet', '--recurse-paths', '-1', join(around, 'asset.zip'), '.'], asset)
  const files = ['-keyout', join(around, 'key.pem'), '-out', join(around, 'cert.pem')]
  const names = ['-subj', `/CN=${assetHost}`, '-addext', `subjectAltName=DNS:${assetHost},DNS:${autoScalingHost}`]
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-noenc']
  run('openssl', ['req', '-x509', '-days', '2', ...key, ...files, ...names])
}
