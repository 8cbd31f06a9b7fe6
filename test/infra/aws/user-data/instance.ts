import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { eventually } from '../../../support/eventually.ts'

const surroundings = fileURLToPath(new URL('instance-surroundings.ts', import.meta.url))

/**
 * Run by the first process of new namespaces, which becomes systemd: $1 is the system's root. What of /proc and /sys is the
 * machine's own is read-only, so that systemd takes it for a container's and sets nothing of the machine.
 */
const boot = `
set -o errexit
mount --bind "$1" "$1"
cd "$1"
mount -t proc proc proc
mount --bind proc/sys proc/sys
mount --bind proc/sys/net proc/sys/net
mount -o remount,bind,ro proc/sys
mount -t sysfs -o ro sysfs sys
mount -t cgroup2 cgroup2 sys/fs/cgroup
mount -t tmpfs tmpfs run
mount -t tmpfs tmpfs tmp
mount -t tmpfs -o mode=0755 tmpfs dev
for each in null zero full random urandom tty; do cp --archive "/dev/$each" dev/; done
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
ln --symbolic pts/ptmx dev/ptmx
ip link set lo up
ip address add 169.254.169.254/32 dev lo
ip link add eth0 type veth peer name wire0
ip address add 198.18.0.2/24 dev eth0
ip link set wire0 up
ip link set eth0 up
ip route add default via 198.18.0.1 dev eth0
pivot_root . mnt
umount --lazy /mnt
exec env --ignore-environment container=other /lib/systemd/systemd
`

export interface Instance {
  /** Runs a program inside, as root of that system. `output` is what it wrote to either stream, in order of writing. */
  readonly run: (
    program: string,
    ...args: readonly string[]
  ) => { readonly exitCode: number | null; readonly output: string }
  /** Ends every process of it at once, as a power cut does. */
  readonly end: () => Promise<void>
}

/**
 * Boots a system by its own systemd, in namespaces of its own: eth0 leads to nobody, the metadata service and S3 are within.
 * @param around the folder of instance-surroundings.ts
 */
export async function bootInstance(root: string, around: string): Promise<Instance> {
  const group = `${toUnifiedHierarchy()}/mft-instance-${process.pid}`
  mkdirSync(group, { recursive: true })
  const children = [spawnSystem(group, root)]
  const end = async (): Promise<void> => {
    await Promise.all(children.map(toEnd))
    await eventually('the control groups of the instance are empty', () => removeGroups(group))
  }
  try {
    const pid = await eventually('systemd runs', () => findSystemd(children[0]?.pid))
    const run = createRun(pid)
    const network = ['nsenter', '--target', pid, '--net', process.execPath, surroundings, around]
    children.push(spawn('setpriv', [...diesWithUs, ...network], { stdio: 'inherit' }))
    await eventually('the surroundings listen', () => existsSync(`${around}/requests`))
    const isBooted = () => /running|degraded/.test(run('systemctl', 'is-system-running').output)
    await eventually('the system has booted', isBooted, 60)
    return { run, end }
  } catch (error) {
    await end()
    throw error
  }
}

/** A test run that is killed leaves no system behind. */
const diesWithUs = ['--pdeathsig', 'KILL']

function spawnSystem(group: string, root: string): ChildProcess {
  const namespaces = ['--mount', '--propagation=private', '--pid', '--fork', '--cgroup', '--net', '--ipc', '--uts']
  const unshare = ['unshare', ...namespaces, '--kill-child', 'bash', '-c', boot, 'boot', root]
  const enter = 'echo $$ >"$1/cgroup.procs"; shift; exec "$@"'
  return spawn('setpriv', [...diesWithUs, 'bash', '-c', enter, 'enter', group, ...unshare], { stdio: 'ignore' })
}

const createRun =
  (pid: string): Instance['run'] =>
  (...command) => {
    const inside = ['--target', pid, '--all', '--root', '--wd', 'env', '--ignore-environment']
    const oneStream = ['bash', '-c', 'exec "$@" 2>&1', 'run']
    const { status, stdout } = spawnSync('nsenter', [...inside, ...oneStream, ...command], {
      encoding: 'utf8',
      timeout: 300_000,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    return { exitCode: status, output: stdout }
  }

/** The child of unshare, once it has become systemd. */
function findSystemd(unshare: number | undefined): string | undefined {
  const [pid = ''] = readText(`/proc/${unshare}/task/${unshare}/children`).split(' ')
  return readText(`/proc/${pid}/comm`) === 'systemd\n' ? pid : undefined
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

const toUnifiedHierarchy = (): string =>
  execFileSync('findmnt', ['--noheadings', '--first-only', '--types', 'cgroup2', '--output', 'TARGET'], {
    encoding: 'utf8',
  }).trim()

function toEnd(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve()
    child.once('exit', () => resolve())
    child.kill('SIGKILL')
  })
}

/** From the leaves up. @returns whether the last is gone */
function removeGroups(group: string): boolean {
  for (const each of execFileSync('find', [group, '-depth', '-type', 'd'], { encoding: 'utf8' }).trim().split('\n')) {
    try {
      rmdirSync(each)
    } catch {
      return false
    }
  }
  return true
}
