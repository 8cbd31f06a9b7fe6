import { describe, expect, it } from 'vitest'
import type { HookOutcome } from '../../../sensor-agent/lifecycle/auto-scaling.ts'
import type { Outcome } from '../../../sensor-agent/lifecycle/aws-call.ts'
import { createGroupMember, type GroupCalls, type GroupSensor } from '../../../sensor-agent/lifecycle/group-member.ts'
import type { TargetState } from '../../../sensor-agent/lifecycle/instance-state.ts'
import { failed } from '../../../sensor-agent/read/answer.ts'
import type { Answer } from '../../../sensor-agent/sample/reading.ts'
import type { GroupStatus } from '../../../sensor-agent/serve/publication.ts'
import { manualClock } from '../../support/manual-clock.ts'

const done: HookOutcome = { kind: 'answered', value: undefined }
const refused: Outcome<never> = { kind: 'failed', name: 'AccessDenied', message: '', fault: 'refused' }

interface Given {
  readonly target?: () => Answer<TargetState | null>
  readonly calls?: Partial<GroupCalls>
  readonly sensor?: Partial<GroupSensor>
  readonly membership?: { readonly launch: boolean }
}

/** Runs a member on a clock of our own until so many seconds of it have passed. */
async function run(seconds: number, { target, calls = {}, sensor = {} }: Given) {
  const clock = manualClock(0)
  const stop = new AbortController()
  const asked: string[] = []
  const logged: string[] = []
  const told = (name: string) => async (hook: string) => {
    asked.push(`${name} ${hook}`)
    return done
  }
  const member = createGroupMember({
    membership: { hooks: { launch: true, terminate: true }, targetGroup: true },
    calls: {
      targetState: async () => target?.() ?? { ok: true, value: 'InService' },
      complete: told('complete'),
      heartbeat: told('heartbeat'),
      isRegistered: async () => ({ kind: 'answered', value: false }),
      ...calls,
    },
    sensor: {
      proof: () => {
        if (clock.nowSeconds() >= seconds) stop.abort()
        return { ready: true, starting: false, silentSeconds: 100 }
      },
      drain: () => void asked.push('drain'),
      resume: () => void asked.push('resume'),
      stopEngine: async () => void asked.push('stop-engine'),
      ...sensor,
    },
    clock,
    log: ({ message }) => void logged.push(message),
  })
  await member.run(stop.signal)
  return { asked, logged, status: member.status(), clock }
}

const atSecond = (second: number, before: TargetState, after: TargetState) => {
  let looks = 0
  return (): Answer<TargetState> => {
    looks += 1
    return { ok: true, value: looks * 2 > second ? after : before }
  }
}

describe('a member of a group', () => {
  it('completes its launch, and later its termination, in order', async () => {
    const { asked, status } = await run(60, { target: atSecond(10, 'InService', 'Terminated') })
    expect(asked.filter((each) => !each.startsWith('heartbeat'))).toEqual([
      'complete launch',
      'drain',
      'stop-engine',
      'complete terminate',
    ])
    expect(status).toMatchObject({ phase: 'ended', target: 'Terminated', faults: [] })
  })

  it('goes on with its termination when the engine cannot be ended', async () => {
    const stuck = { stopEngine: async () => Promise.reject(new Error('stuck in the kernel')) }
    const { asked, status } = await run(60, { target: () => ({ ok: true, value: 'Terminated' }), sensor: stuck })
    expect(asked.at(-1)).toBe('complete terminate')
    expect(status.faults).toEqual([{ asked: 'stop-engine', fault: 'Error: stuck in the kernel' }])
  })

  it('goes on when the sensor cannot be told to drain, and shows the fault', async () => {
    const deaf = {
      drain: () => {
        throw new Error('no reading to judge')
      },
    }
    const { asked, status } = await run(60, { target: () => ({ ok: true, value: 'Terminated' }), sensor: deaf })
    expect(asked.at(-1)).toBe('complete terminate')
    expect(status.faults).toEqual([{ asked: 'drain', fault: 'Error: no reading to judge' }])
  })

  it('says a fault once when it begins and once when it ends, however often it is met', async () => {
    let calls = 0
    const { logged, asked } = await run(200, {
      calls: { complete: async () => (++calls < 5 ? refused : done) },
    })
    expect(calls).toBe(5)
    expect(asked).toContain('heartbeat launch')
    expect(logged.filter((line) => line === 'refused')).toHaveLength(1)
    expect(logged).toContain('complete is answered again')
  })

  it('keeps what it knows while the metadata service fails, and shows the fault', async () => {
    let looks = 0
    const { asked, status } = await run(60, {
      target: () => (++looks === 1 ? { ok: true, value: 'InService' } : failed('SENSOR_METADATA_FAILED', 'x', 'y')),
    })
    expect(asked).not.toContain('drain')
    expect(status).toMatchObject({ phase: 'serving', target: 'InService' } satisfies Partial<GroupStatus>)
    expect(status.faults).toMatchObject([{ asked: 'target-state' }])
  })

  it('follows the metadata on while a call never ends', async () => {
    const { asked, status } = await run(100, {
      target: atSecond(20, 'InService', 'Terminated'),
      calls: { complete: () => new Promise(() => {}), heartbeat: () => new Promise(() => {}) },
    })
    expect(asked).toEqual(['drain', 'stop-engine'])
    expect(status.phase).toBe('completing')
  })
})
