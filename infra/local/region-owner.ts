import { readFile, writeFile } from 'node:fs/promises'
import { Type } from 'typebox'
import { Value } from 'typebox/value'

/** The process that a region belongs to. Pids are used again; with the start time and the boot they are not. */
const Owner = Type.Object({
  pid: Type.Integer({ minimum: 1 }),
  /** Clock ticks after boot (proc(5), /proc/pid/stat field 22). */
  startTicks: Type.Integer({ minimum: 0 }),
  bootId: Type.String(),
})

/** Writes into a region's folder that it is this process's. */
export async function sendOwner(folder: string): Promise<void> {
  const owner = { pid: process.pid, startTicks: await readStartTicks(process.pid), bootId: await readBootId() }
  await writeFile(toPath(folder), JSON.stringify(owner), { mode: 0o640 })
}

/** Whether the process that a region's folder names still runs; a folder that names none belongs to nobody. */
export async function isOwned(folder: string): Promise<boolean> {
  const text = await readFile(toPath(folder), 'utf8').catch(() => '')
  const owner = parse(text)
  if (!Value.Check(Owner, owner) || owner.bootId !== (await readBootId())) return false
  return (await readStartTicks(owner.pid)) === owner.startTicks
}

const toPath = (folder: string): string => `${folder}/owner.json`

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

const readBootId = async (): Promise<string> => (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim()

/** @returns null when there is no such process, or it has ended and nobody has taken note of it yet */
async function readStartTicks(pid: number): Promise<number | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null)
  // The name in parentheses may hold spaces and parentheses itself.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields === undefined || fields[0] === 'Z' ? null : Number(fields[19])
}
