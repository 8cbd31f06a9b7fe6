import { describe, expect, it } from 'vitest'
import { Reconciler } from '../../../../infra/local/load-balancer/reconciler.ts'
import type { Member } from '../../../../infra/local/load-balancer/target-group.ts'

/** A kernel that only remembers what it was asked, and can be told to refuse. */
function recordingKernel(members: readonly Member[]) {
  const asked: string[] = []
  const kernel = { members, asked, refusing: '' }
  const ask = (what: string) => {
    asked.push(what)
    if (what.startsWith(kernel.refusing) && kernel.refusing !== '') throw new Error('refused')
  }
  const reconciler = new Reconciler({
    address: '198.18.1.10',
    port: 4789,
    unhealthyFlows: 'move',
    seed: 1,
    members: () => kernel.members,
    applyRuleset: async (ruleset) => ask(`rules ${/mod \d+/.exec(ruleset)?.[0] ?? 'no target'}`),
    breakFlows: async ({ targetAddress }) => {
      ask(`break ${targetAddress ?? 'all'}`)
      return 0
    },
    log: { info: () => undefined, error: () => undefined },
  })
  return { kernel, reconciler }
}

const one: Member = { id: 's1', address: '198.18.2.1', state: 'healthy' }
const other: Member = { id: 's2', address: '198.18.2.2', state: 'healthy' }
const otherUnhealthy: Member = { ...other, state: 'unhealthy' }

async function started() {
  const { kernel, reconciler } = recordingKernel([one, other])
  await reconciler.start()
  kernel.asked.length = 0
  return { kernel, reconciler }
}

describe('Reconciler', () => {
  it('starts from nothing', async () => {
    const { kernel, reconciler } = recordingKernel([one, other])
    await reconciler.start()
    expect(kernel.asked).toEqual(['rules no target', 'rules mod 2', 'break all'])
  })

  it('does nothing before it has started, whatever changes meanwhile', async () => {
    const { kernel, reconciler } = recordingKernel([one, other])
    await Promise.all([reconciler.start(), reconciler.reconcile(), reconciler.reconcile()])
    expect(kernel.asked).toEqual(['rules no target', 'rules mod 2', 'break all'])
  })

  it('fails to start when the kernel refuses', async () => {
    const { kernel, reconciler } = recordingKernel([one])
    kernel.refusing = 'rules'
    await expect(reconciler.start()).rejects.toThrow('refused')
  })

  it('replaces the rules first and breaks flows after, or they would come back', async () => {
    const { kernel, reconciler } = await started()
    kernel.members = [one, otherUnhealthy]
    await reconciler.reconcile()
    expect(kernel.asked).toEqual(['rules mod 1', 'break 198.18.2.2'])
  })

  it('asks nothing of the kernel while nothing changes', async () => {
    const { kernel, reconciler } = await started()
    await reconciler.reconcile()
    expect(kernel.asked).toEqual([])
  })

  it('breaks nothing while its rules are refused, and makes it good with the next call', async () => {
    const { kernel, reconciler } = await started()
    kernel.members = [one, otherUnhealthy]
    kernel.refusing = 'rules'
    await reconciler.reconcile()
    kernel.refusing = ''
    await reconciler.reconcile()
    expect(kernel.asked).toEqual(['rules mod 1', 'rules mod 1', 'break 198.18.2.2'])
  })

  it('tries again to break flows', async () => {
    const { kernel, reconciler } = await started()
    kernel.members = [one, otherUnhealthy]
    kernel.refusing = 'break'
    await reconciler.reconcile()
    kernel.refusing = ''
    await reconciler.reconcile()
    expect(kernel.asked).toEqual(['rules mod 1', 'break 198.18.2.2', 'break 198.18.2.2'])
  })

  it('leaves the flows of a target that came back before they could be broken', async () => {
    const { kernel, reconciler } = await started()
    kernel.members = [one, otherUnhealthy]
    kernel.refusing = 'break'
    await reconciler.reconcile()
    kernel.refusing = ''
    kernel.members = [one, other]
    await reconciler.reconcile()
    expect(kernel.asked).toEqual(['rules mod 1', 'break 198.18.2.2', 'rules mod 2'])
  })
})
