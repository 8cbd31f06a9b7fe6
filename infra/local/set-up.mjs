// Makes this machine ready for `npm start` and `npm test`: npm packages and Debian packages, only what is missing.
// Plain JavaScript without dependencies, because it runs before there are any, on whatever Node (>= 18) is here.
// Everything it says goes to stderr: stdout belongs to the program that follows.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const forTests = process.argv.includes('--for-tests')

/** Debian package for each program that the region starts. */
const programs = {
  suricata: 'suricata',
  nft: 'nftables',
  conntrack: 'conntrack',
  ip: 'iproute2',
  ss: 'iproute2',
  ethtool: 'ethtool',
  nginx: 'nginx-light',
  dnsmasq: 'dnsmasq-base',
  dig: 'bind9-dnsutils',
  curl: 'curl',
  openssl: 'openssl',
  setpriv: 'util-linux',
  unshare: 'util-linux',
  sysctl: 'procps',
}
const testPrograms = { tcpreplay: 'tcpreplay', tshark: 'tshark' }
/** Root's PATH under `su` lacks the sbin folders on Debian. */
const binFolders = [...(process.env.PATH ?? '').split(':'), '/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/bin', '/bin']

class Refusal extends Error {}
const say = (text) => process.stderr.write(`set-up: ${text}\n`)

const hasProgram = (name) => binFolders.some((folder) => existsSync(join(folder, name)))

function run(command, args, options = {}) {
  const child = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' },
    ...options,
  })
  return { ok: child.status === 0, output: `${child.stdout ?? ''}${child.stderr ?? ''}${child.error?.message ?? ''}` }
}

/** The command that npm was given, so that the sudo line can be copied as it is: npm writes it into its process title. */
function npmCommand() {
  let pid = process.ppid
  for (let depth = 0; depth < 4 && pid > 1; depth++) {
    const title = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[0]
    const words = title.match(/^npm (?:run )?(\S+)(?: (.*))?$/)
    if (words) return `npm ${words[1]}${words[2] ? ` -- ${words[2]}` : ''}`
    pid = Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')[1])
  }
  return forTests ? 'npm test' : 'npm start'
}

function refuseWhatCannotWork() {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Refusal(
      `this runs on Linux on x64 only, and this is ${process.platform} on ${process.arch}; use a Debian 12/13 or Ubuntu 24.04 machine`,
    )
  }
  if (process.getuid() !== 0) {
    throw new Refusal(`network namespaces and packet sockets need root; run: sudo env "PATH=$PATH" ${npmCommand()}`)
  }
}

/** One set-up at a time on this machine: the kernel frees an abstract socket when its holder dies. */
async function lock() {
  for (let attempt = 0; attempt < 3000; attempt++) {
    const server = createServer()
    const held = new Promise((resolve) =>
      server.once('listening', () => resolve(true)).once('error', () => resolve(false)),
    )
    server.listen('\0mirror-fleet/set-up')
    if (await held) return server
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  throw new Refusal('another set-up has held this machine for ten minutes; end it and run this again')
}

function installNpmPackages() {
  const stamp = join(root, 'node_modules', '.mirror-fleet-set-up')
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  say('installing npm packages (npm ci)')
  // No dependency needs an install script, and one that gains one must not run it unread.
  const { ok, output } = run('npm', ['ci', '--ignore-scripts', '--loglevel=error'])
  if (!ok) {
    throw new Refusal(
      `npm ci failed, so the packages of package-lock.json are missing; check the network and run: npm ci --loglevel=error\n${output.trim()}`,
    )
  }
  writeFileSync(stamp, wanted)
}

function osRelease() {
  const fields = readFileSync('/etc/os-release', 'utf8').matchAll(/^(\w+)="?([^"\n]*)"?$/gm)
  return Object.fromEntries([...fields].map(([, key, value]) => [key, value]))
}

function suricataMajor() {
  const version = run('suricata', ['-V'], { env: { ...process.env, PATH: binFolders.join(':') } }).output
  return Number(version.match(/version (\d+)\./)?.[1] ?? 0)
}

/** Debian 12 has Suricata 6; 7 is in its backports, fetched from wherever this machine gets the rest of Debian. */
function addBackports() {
  const file = '/etc/apt/sources.list.d/mirror-fleet-backports.sources'
  if (existsSync(file) || /bookworm-backports/.test(run('apt-cache', ['policy']).output)) return
  const known = run('apt-get', [
    'indextargets',
    '--format',
    '$(REPO_URI) $(RELEASE) $(SIGNED_BY)',
    'Created-By: Packages',
  ]).output
  const main = known
    .split('\n')
    .map((line) => line.split(' '))
    .find(([, release]) => release === 'bookworm')
  if (!main)
    throw new Refusal(
      'no apt source for bookworm is set up here, so bookworm-backports cannot be added; add one to /etc/apt/sources.list.d',
    )
  const [uri, , signedBy] = main
  const lines = ['Types: deb', `URIs: ${uri}`, 'Suites: bookworm-backports', 'Components: main']
  if (signedBy) lines.push(`Signed-By: ${signedBy}`)
  writeFileSync(file, `${lines.join('\n')}\n`)
  say(`added ${file} for Suricata 7`)
}

/** Installs programs without starting their services: the region starts its own, inside its own namespaces. */
function aptInstall(packages, options = []) {
  const policy = '/usr/sbin/policy-rc.d'
  const ours = !existsSync(policy)
  if (ours) {
    writeFileSync(policy, '#!/bin/sh\nexit 101\n')
    chmodSync(policy, 0o755)
  }
  try {
    return run('apt-get', [
      'install',
      '-y',
      '--no-install-recommends',
      '-o',
      'DPkg::Lock::Timeout=300',
      ...options,
      ...packages,
    ])
  } finally {
    if (ours) rmSync(policy, { force: true })
  }
}

function installDebianPackages() {
  const wanted = forTests ? { ...programs, ...testPrograms } : programs
  const missing = Object.keys(wanted).filter((name) => !hasProgram(name))
  const needsSuricata = missing.includes('suricata') || suricataMajor() < 7
  if (missing.length === 0 && !needsSuricata) return
  const { ID, VERSION_ID, VERSION_CODENAME } = osRelease()
  const packages = [...new Set(missing.map((name) => wanted[name]))].filter((name) => name !== 'suricata')
  if (!hasProgram('apt-get')) {
    throw new Refusal(
      `${[...packages, ...(needsSuricata ? ['suricata 7'] : [])].join(', ')} missing, and this is ${ID} ${VERSION_ID}, not Debian 12/13 or Ubuntu 24.04; install them with your own package manager`,
    )
  }
  say(`installing ${[...packages, ...(needsSuricata ? ['suricata'] : [])].join(', ')}`)
  const steps = []
  steps.push(run('apt-get', ['update']))
  if (needsSuricata && VERSION_CODENAME === 'bookworm') {
    addBackports()
    steps.push(run('apt-get', ['update']))
  }
  if (packages.length > 0) steps.push(aptInstall(packages))
  if (needsSuricata)
    steps.push(aptInstall(['suricata'], VERSION_CODENAME === 'bookworm' ? ['-t', 'bookworm-backports'] : []))
  // The package enables its service for the next boot; a sensor on this machine is not what was asked for.
  const services = ['suricata', 'nginx'].filter((name) => missing.includes(name))
  if (services.length > 0 && existsSync('/run/systemd/system')) run('systemctl', ['disable', '--quiet', ...services])
  const still = Object.keys(wanted).filter((name) => !hasProgram(name))
  if (still.length > 0 || suricataMajor() < 7) {
    const failed = steps.filter((step) => !step.ok).map((step) => step.output.trim().split('\n').slice(-5).join('\n'))
    throw new Refusal(
      `${still.join(', ') || 'Suricata 7'} could not be installed; check the network and apt's sources, then run this again\n${failed.join('\n')}`,
    )
  }
}

/** Each is tried for real in a namespace of its own, which is removed with the attempt. */
function refuseWeakKernel() {
  const tries = {
    'network namespaces': 'true',
    veth: 'ip link add mf0 type veth peer name mf1',
    vxlan: 'ip link add mf0 type vxlan id 1 dstport 4789',
    nftables: "nft 'add table ip mf; add chain ip mf c { type nat hook prerouting priority -100; }'",
    bridge: 'ip link add mf0 type bridge',
  }
  const weak = Object.keys(tries).filter(
    (name) =>
      !run('unshare', ['--net', 'sh', '-c', tries[name]], { env: { ...process.env, PATH: binFolders.join(':') } }).ok,
  )
  if (weak.length > 0) {
    throw new Refusal(
      `this kernel does not offer ${weak.join(', ')} (tried with unshare --net); use a kernel with these modules, such as the distribution's own, outside of a container`,
    )
  }
}

try {
  refuseWhatCannotWork()
  const held = await lock()
  installNpmPackages()
  installDebianPackages()
  refuseWeakKernel()
  held.close()
} catch (error) {
  if (!(error instanceof Refusal)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exit(2)
}
