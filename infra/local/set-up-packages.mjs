// The Debian packages that a region needs: only what is missing, and no service started. Part of set-up.mjs, so plain
// JavaScript without dependencies.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Debian packages for each program that the region starts. */
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
  prometheus: 'prometheus',
  promtool: 'prometheus',
}
/**
 * Readers and senders that are not ours, a C compiler for the benchmark's twin of the send loop, what makes a new
 * machine's root for the user data to run in, and a browser for the console.
 */
const testPrograms = {
  tcpreplay: 'tcpreplay',
  tshark: 'tshark',
  cc: 'gcc libc6-dev',
  mmdebstrap: 'mmdebstrap debian-archive-keyring',
  zip: 'zip',
  chromium: 'chromium',
}
/** Marks a policy-rc.d as ours, so that one which a killed set-up left behind is known and removed by the next. */
const policyText = '#!/bin/sh\n# mirror-fleet set-up: installs programs without starting their services\nexit 101\n'

/** A sentence for the user, with the remedy; ends the set-up with exit code 2. */
export class Refusal extends Error {}
export const say = (text) => process.stderr.write(`set-up: ${text}\n`)

/** An apt source for bookworm-backports, from the place that the machine's own bookworm comes from. */
export const toBackportsSource = (uri, keyring) =>
  [
    'Types: deb',
    `URIs: ${uri}`,
    'Suites: bookworm-backports',
    'Components: main',
    ...(keyring ? [`Signed-By: ${keyring}`] : []),
    '',
  ].join('\n')

const hasProgram = (name) => process.env.PATH.split(':').some((folder) => existsSync(join(folder, name)))

/** In a process group of its own: Ctrl-C must not stop dpkg between two packages. */
export function run(command, args) {
  const child = spawnSync(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    detached: true,
    // needrestart would restart services of the user's own.
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', NEEDRESTART_SUSPEND: '1', LC_ALL: 'C' },
  })
  return {
    ok: child.status === 0,
    output: `${child.stdout ?? ''}${child.stderr ?? ''}${child.error?.message ?? ''}`.trim(),
  }
}

export const lastLines = (text, count) => text.split('\n').slice(-count).join('\n')

function osRelease() {
  const fields = readFileSync('/etc/os-release', 'utf8').matchAll(/^(\w+)="?([^"\n]*)"?$/gm)
  return Object.fromEntries([...fields].map(([, key, value]) => [key, value]))
}

const suricataMajor = () => Number(run('suricata', ['-V']).output.match(/version (\d+)\./)?.[1] ?? 0)

/** apt's lists have a lock of their own, for which apt has no time-out: on a new machine its daily job may hold it. */
async function aptUpdate() {
  for (let attempt = 1; ; attempt++) {
    const update = run('apt-get', ['update'])
    if (update.ok || attempt === 60 || !/Could not get lock/.test(update.output)) return update
    if (attempt === 1) say('waiting for another apt to finish')
    await new Promise((resolve) => setTimeout(resolve, 5000))
  }
}

/** Debian 12 has Suricata 6; 7 is in its backports, fetched from wherever this machine gets the rest of Debian. */
async function addBackports() {
  const file = '/etc/apt/sources.list.d/mirror-fleet-backports.sources'
  if (/n=bookworm-backports/.test(run('apt-cache', ['policy']).output)) return
  const targets = run('apt-get', ['indextargets', '--format', '$(REPO_URI) $(RELEASE)', 'Created-By: Packages']).output
  const uri = /^(\S+) bookworm$/m.exec(targets)?.[1]
  if (!uri)
    throw new Refusal(
      'no apt source for bookworm is set up here, so Suricata 7 of its backports cannot be found; add one',
    )
  const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg'
  writeFileSync(file, toBackportsSource(uri, existsSync(keyring) ? keyring : undefined))
  say(`added ${file} for Suricata 7`)
  const update = await aptUpdate()
  if (!update.ok) {
    // A source that apt cannot read would break every later apt command of this machine.
    rmSync(file, { force: true })
    throw new Refusal(
      `bookworm-backports could not be read, and its source was removed again\n${lastLines(update.output, 5)}`,
    )
  }
}

/** Installs programs without starting their services: the region starts its own, inside its own namespaces. */
export function aptInstall(packages, options = []) {
  const policy = '/usr/sbin/policy-rc.d'
  const ours = !existsSync(policy) || readFileSync(policy, 'utf8') === policyText
  if (ours) writeFileSync(policy, policyText, { mode: 0o755 })
  try {
    const install = ['install', '-y', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=300']
    return run('apt-get', [...install, ...options, ...packages])
  } finally {
    if (ours) rmSync(policy, { force: true })
  }
}

/** @param forTests also what only the tests need */
export async function installDebianPackages(forTests) {
  const wanted = forTests ? { ...programs, ...testPrograms } : programs
  const missing = Object.keys(wanted).filter((name) => !hasProgram(name))
  const needsSuricata = missing.includes('suricata') || suricataMajor() < 7
  if (missing.length === 0 && !needsSuricata) return
  const { ID, VERSION_ID, VERSION_CODENAME } = osRelease()
  const packages = [...new Set(missing.flatMap((name) => wanted[name].split(' ')))].filter(
    (name) => name !== 'suricata',
  )
  const names = [...packages, ...(needsSuricata ? ['suricata (7 or later)'] : [])].join(', ')
  if (!hasProgram('apt-get')) {
    throw new Refusal(
      `${names} missing, and this is ${ID} ${VERSION_ID}, not Debian 12/13 or Ubuntu 24.04; install them yourself`,
    )
  }
  say(`installing ${names}; please let it finish`)
  const backports = needsSuricata && VERSION_CODENAME === 'bookworm'
  const steps = [await aptUpdate()]
  if (backports) await addBackports()
  if (packages.length > 0) steps.push(aptInstall(packages))
  if (needsSuricata) steps.push(aptInstall(['suricata'], backports ? ['-t', 'bookworm-backports'] : []))
  // The package enables its service for the next boot; a sensor on this machine is not what was asked for.
  const services = ['suricata', 'nginx', 'prometheus'].filter((name) => missing.includes(name))
  if (services.length > 0 && existsSync('/run/systemd/system')) run('systemctl', ['disable', '--quiet', ...services])
  const still = Object.keys(wanted).filter((name) => !hasProgram(name))
  if (still.length > 0 || suricataMajor() < 7) {
    const why = steps.filter((step) => !step.ok).map((step) => lastLines(step.output, 5))
    const what = still.join(', ') || 'Suricata 7'
    throw new Refusal(
      [`${what} could not be installed; check the network and apt's sources, then run this again`, ...why].join('\n'),
    )
  }
}
