// Makes this machine ready for `npm start`, `npm test` and the rest: npm packages and Debian packages, only what is missing.
// Plain JavaScript without dependencies, because it runs before there are any, on whatever Node (>= 18) is here.
// Everything it says goes to stderr: stdout belongs to the program that follows.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { installCfnLint } from './set-up-cfn-lint.mjs'
import { installDebianPackages, lastLines, Refusal, run, say } from './set-up-packages.mjs'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const forTests = process.argv.includes('--for-tests')
/** For commands that start nothing on this machine, and so need neither root nor Debian packages. */
const npmOnly = process.argv.includes('--npm-only')

const sbinFolders = ['/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/bin', '/bin']
/** PATH with the sbin folders, which users' PATHs on Debian lack, also under `su` and `sudo env PATH`. */
export const toProgramPath = (path = '') => [...new Set([...path.split(':').filter(Boolean), ...sbinFolders])].join(':')

/**
 * The command that npm was given, to be copied behind `sudo`.
 * @param event npm_lifecycle_event: `prestart`, `pretest`, `prebench`
 * @param titles process titles of our ancestors; npm writes its command and options into its own
 */
export function toNpmCommand(event, titles) {
  const script = event?.replace(/^pre/, '') || 'start'
  const call = script === 'start' || script === 'test' ? `npm ${script}` : `npm run ${script}`
  const words = titles.find((title) => /^npm\b/.test(title) && title.split(' ').includes(script))?.split(' ') ?? []
  const options = words.slice(words.indexOf(script) + 1).filter((word) => word !== '--')
  return options.length > 0 && words.length > 0 ? `${call} -- ${options.join(' ')}` : call
}

/** Why nothing can be done here, or null. @param npmCommand for the sudo line */
export function toRefusal({ platform, arch, uid, npmOnly = false }, npmCommand) {
  if (platform !== 'linux' || arch !== 'x64') {
    return `this runs on Linux on x64 only, and this is ${platform} on ${arch}; use a Debian 12/13 or Ubuntu 24.04 machine`
  }
  if (uid !== 0 && !npmOnly)
    return `network namespaces and packet sockets need root; run: sudo env "PATH=$PATH" ${npmCommand}`
  return null
}

function ancestorTitles() {
  const titles = []
  try {
    for (let pid = process.ppid; pid > 1 && titles.length < 4; ) {
      titles.push(readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[0])
      pid = Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ')[1])
    }
  } catch {
    // Another user's processes may be hidden (hidepid): the options are then missing from the line.
  }
  return titles
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
  // No dependency needs an install script, and one that gains one must not run it unread. NODE_ENV=production would
  // leave out what `npm test` needs.
  const { ok, output } = run('npm', ['ci', '--prefix', root, '--include=dev', '--ignore-scripts', '--loglevel=error'])
  if (!ok) throw new Refusal(`npm ci failed; check the network and run this again\n${lastLines(output, 8)}`)
  writeFileSync(stamp, wanted)
}

/** Each is tried for real in a namespace of its own, which is removed with the attempt. */
function refuseWeakKernel() {
  const tries = {
    'network namespaces': 'true',
    veth: 'ip link add mf0 type veth peer name mf1',
    bridge: 'ip link add mf0 type bridge',
    vxlan: 'ip link add mf0 type vxlan id 1 dstport 4789',
    nftables: "nft 'add table ip mf; add chain ip mf c { type nat hook prerouting priority -100; }'",
  }
  const weak = Object.keys(tries).filter((name) => !run('unshare', ['--net', 'sh', '-c', tries[name]]).ok)
  if (weak.length > 0) {
    throw new Refusal(
      `this kernel does not offer ${weak.join(', ')} (tried with unshare --net); use the distribution's own kernel, outside of a container`,
    )
  }
}

async function setUp() {
  const npmCommand = toNpmCommand(process.env.npm_lifecycle_event, ancestorTitles())
  const refusal = toRefusal(
    { platform: process.platform, arch: process.arch, uid: process.getuid?.(), npmOnly },
    npmCommand,
  )
  if (refusal) throw new Refusal(refusal)
  process.env.PATH = toProgramPath(process.env.PATH)
  // A signal is obeyed once the step under way is done, never in the middle of an installation.
  let stopped = false
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => (stopped = true))
  const held = await lock()
  const machineSteps = [
    () => installDebianPackages(forTests),
    ...(forTests ? [() => installCfnLint(root)] : []),
    refuseWeakKernel,
  ]
  for (const step of [installNpmPackages, ...(npmOnly ? [] : machineSteps)]) {
    await step()
    await new Promise((resolve) => setImmediate(resolve))
    if (stopped) process.exit(130)
  }
  held.close()
}

if (realpathSync(process.argv[1] ?? '') === fileURLToPath(import.meta.url)) {
  try {
    await setUp()
  } catch (error) {
    process.stderr.write(
      `${error instanceof Refusal ? error.message : `set-up failed: ${error.message}; run this again once that is mended`}\n`,
    )
    process.exit(2)
  }
}
