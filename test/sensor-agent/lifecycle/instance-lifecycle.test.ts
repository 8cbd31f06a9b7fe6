import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { deadlines, intervals, next, quiet } from '../../../sensor-agent/lifecycle/instance-lifecycle.ts'
import {
  type CallName,
  type Effect,
  type Event,
  initial,
  type Membership,
  type Phase,
  type State,
  type TargetState,
  targetStates,
} from '../../../sensor-agent/lifecycle/instance-state.ts'

const inGroup: Membership = { hooks: { launch: true, terminate: true }, targetGroup: true }
const alone: Membership = { ...inGroup, targetGroup: false }
const hookless: Membership = { hooks: { launch: false, terminate: false }, targetGroup: false }

/** What is done to a life in a test: an event without its time and passage, or seconds that pass with a tick each. */
type Given =
  | { readonly target: TargetState }
  | { readonly seconds: number; readonly ready?: boolean; readonly starting?: boolean; readonly silentSeconds?: number }
  | { readonly answer: 'completed' | 'heartbeat-recorded' | 'engine-stopped' | 'out' | 'registered' }
  | { readonly answer: 'none-active' | 'failed' | 'unanswered'; readonly call: CallName }

interface Life {
  readonly state: State
  readonly atSeconds: number
  /** `launch complete`, `drain` and so on, in order. */
  readonly effects: readonly string[]
}

const toText = (effect: Effect): string => ('hook' in effect ? `${effect.hook} ${effect.kind}` : effect.kind)

function toEvent(given: Exclude<Given, { readonly seconds: number }>, { state, atSeconds }: Life): Event {
  const at = { atSeconds, passage: state.passage }
  if ('target' in given) return { kind: 'target', atSeconds, target: given.target }
  if (given.answer === 'engine-stopped') return { kind: 'engine-stopped', atSeconds }
  if ('call' in given) return { ...at, kind: given.answer, call: given.call }
  if (given.answer === 'completed') return { ...at, kind: 'answered', call: 'complete' }
  if (given.answer === 'heartbeat-recorded') return { ...at, kind: 'answered', call: 'heartbeat' }
  return { ...at, kind: 'answered', call: 'target-health', registered: given.answer === 'registered' }
}

function live(membership: Membership, ...given: readonly Given[]): Life {
  const step = (life: Life, event: Event): Life => {
    const { state, effects } = next(life.state, event, membership)
    return { state, atSeconds: event.atSeconds, effects: [...life.effects, ...effects.map(toText)] }
  }
  return given.reduce<Life>(
    (life, each) => {
      if (!('seconds' in each)) return step(life, toEvent(each, life))
      let now = life
      for (let second = 0; second < each.seconds; second++) {
        const { ready = false, starting = false, silentSeconds = null } = each
        now = step(now, { kind: 'tick', atSeconds: now.atSeconds + 1, ready, starting, silentSeconds })
      }
      return now
    },
    { state: initial, atSeconds: 0, effects: [] },
  )
}

const served = [{ target: 'InService' }, { seconds: 1, ready: true }, { answer: 'completed' }] as const
const lost: readonly Given[] = [
  ...served.slice(0, 2),
  { answer: 'unanswered', call: 'complete' },
  { seconds: 2, ready: true },
]
const noneWaits = (times: number): readonly Given[] =>
  Array.from({ length: times }, (): readonly Given[] => [
    { answer: 'none-active', call: 'complete' },
    { seconds: intervals.completeSeconds, ready: true },
  ]).flat()
const leaving = [...served, { target: 'Terminated' }] as const
const silent = { ready: false, silentSeconds: 3600 }
const drained: readonly Given[] = [
  ...leaving,
  { seconds: 1 },
  { answer: 'out' },
  { seconds: 11, ...silent },
  { answer: 'engine-stopped' },
]

describe('a launch', () => {
  it.each<[string, readonly Given[], Phase, readonly string[]]>([
    ['says nothing before Auto Scaling does', [{ seconds: 60, ready: true }], 'unassigned', []],
    [
      'gets more time while the rules load',
      [
        { target: 'InService' },
        { seconds: 1, starting: true },
        { answer: 'heartbeat-recorded' },
        { seconds: 30, starting: true },
      ],
      'proving',
      ['launch heartbeat', 'launch heartbeat'],
    ],
    ['completes its hook once ready', served, 'serving', ['launch complete']],
    ['gets no more time when it is broken', [{ target: 'InService' }, { seconds: 900 }], 'proving', []],
    [
      'completes its hook when it recovers before the hook has run out',
      [{ target: 'InService' }, { seconds: 100 }, { seconds: 1, ready: true }],
      'proving',
      ['launch complete'],
    ],
    [
      'whose completion was lost does not take one "none waits" for its arrival: the hook may not wait yet',
      [...lost, ...noneWaits(1)],
      'proving',
      ['launch complete', 'launch heartbeat', ...Array.from({ length: 2 }, () => 'launch complete')],
    ],
    [
      'whose completion was lost takes a lasting "none waits" for its arrival',
      [...lost, ...noneWaits(4)],
      'serving',
      ['launch complete', 'launch heartbeat', ...Array.from({ length: 4 }, () => 'launch complete')],
    ],
    [
      'whose completion is refused gets no more time than one that never becomes ready',
      [
        { target: 'InService' },
        { seconds: 1, starting: true },
        { answer: 'heartbeat-recorded' },
        { seconds: deadlines.provingSeconds - 1 },
        { seconds: 1, ready: true },
        { answer: 'failed', call: 'complete' },
        { seconds: 2, ready: true },
      ],
      'proving',
      ['launch heartbeat', 'launch complete', 'launch complete'],
    ],
    [
      'whose hook does not wait yet asks again',
      [...served.slice(0, 2), { answer: 'none-active', call: 'complete' }, { seconds: 10, ready: true }],
      'proving',
      ['launch complete', 'launch complete'],
    ],
  ])('%s', (_, given, phase, effects) => {
    const life = live(inGroup, ...given)
    expect([life.state.phase, life.effects]).toEqual([phase, effects])
  })

  it('without a hook serves once ready, and asks nothing', () => {
    const life = live(hookless, { target: 'InService' }, { seconds: 5, starting: true }, { seconds: 1, ready: true })
    expect([life.state.phase, life.effects]).toEqual(['serving', []])
  })

  it('of an agent that was restarted takes a hook that is not there for completed, after a while', () => {
    const attempts = Math.ceil(quiet.noHookSeconds / intervals.completeSeconds) + 1
    const life = live(inGroup, ...served.slice(0, 2), ...noneWaits(attempts))
    expect(life.state.phase).toBe('serving')
  })

  it('through a warm pool completes the hook at the way in and at the way out', () => {
    const life = live(
      inGroup,
      { target: 'Warmed:Running' },
      { seconds: 1, ready: true },
      { answer: 'completed' },
      { seconds: 1, ready: true },
      { target: 'InService' },
      { seconds: 1, ready: true },
      { answer: 'completed' },
    )
    expect(life.state.phase).toBe('serving')
    expect(life.effects.filter((effect) => effect !== 'launch heartbeat')).toEqual([
      'launch complete',
      'resume',
      'launch complete',
    ])
  })
})

describe('a termination', () => {
  it('leaves service at once', () => {
    expect(live(inGroup, ...leaving).effects.at(-1)).toBe('drain')
  })

  it('waits for the load balancer, then for the traffic, then for the engine, then completes the hook', () => {
    const phases = [
      live(inGroup, ...leaving, { seconds: 130, ...silent }),
      live(inGroup, ...leaving, { seconds: 1 }, { answer: 'out' }, { seconds: 30, silentSeconds: 0 }),
      live(inGroup, ...leaving, { seconds: 1 }, { answer: 'out' }, { seconds: 30, silentSeconds: 20 }),
      live(
        inGroup,
        ...leaving,
        { seconds: 1 },
        { answer: 'out' },
        { seconds: 31, ...silent },
        { answer: 'engine-stopped' },
      ),
    ].map(({ state }) => state.phase)
    expect(phases).toEqual(['draining', 'draining', 'stopping', 'completing'])
    const whole = live(
      inGroup,
      ...leaving,
      { seconds: 1 },
      { answer: 'out' },
      { seconds: 11, ...silent },
      { answer: 'engine-stopped' },
      { seconds: 1 },
      { answer: 'completed' },
      { seconds: 1000, ready: true },
      ...targetStates.map((target) => ({ target })),
    )
    expect(whole.state.phase).toBe('ended')
    const steps = ['drain', 'stop-engine', 'terminate complete']
    expect(whole.effects.filter((effect) => steps.includes(effect))).toEqual(steps)
  })

  it('takes no silence from before it for the end of the traffic', () => {
    expect(live(inGroup, ...leaving, { seconds: 1 }, { answer: 'out' }, { seconds: 8, ...silent }).state.phase).toBe(
      'draining',
    )
  })

  it('that got no answer once does not take "none waits" for the end: the hook waits only after the drain', () => {
    const life = live(
      inGroup,
      ...drained,
      { seconds: 1 },
      ...noneWaits(1),
      { answer: 'unanswered', call: 'complete' },
      { seconds: 2 },
      ...noneWaits(20),
    )
    expect(life.state.phase).toBe('completing')
  })

  it('asks on until its hook waits, for that comes only after the drain', () => {
    const life = live(
      inGroup,
      ...drained,
      { seconds: 1 },
      { answer: 'none-active', call: 'complete' },
      { seconds: 200 },
      { answer: 'none-active', call: 'complete' },
      { seconds: 200 },
    )
    expect(life.state.phase).toBe('completing')
    expect(life.effects.filter((effect) => effect === 'terminate complete')).toHaveLength(3)
  })

  it('whose load balancer cannot be asked waits until its flows must be forgotten', () => {
    const deaf = [...leaving, { seconds: 1 }, { answer: 'failed', call: 'target-health' }] as const
    expect(live(inGroup, ...deaf, { seconds: 140, ...silent }).state.phase).toBe('draining')
    expect(live(inGroup, ...deaf, { seconds: 150, ...silent }).state.phase).toBe('stopping')
  })

  it('without a load balancer waits for the traffic to end, and not for long', () => {
    expect(live(alone, ...leaving, { seconds: 10, ...silent }).effects.at(-1)).toBe('stop-engine')
    expect(live(alone, ...leaving, { seconds: 59, silentSeconds: 0 }).state.phase).toBe('draining')
    expect(live(alone, ...leaving, { seconds: 60, silentSeconds: 0 }).state.phase).toBe('stopping')
  })

  it('for the warm pool leaves the engine alone, and can be called back', () => {
    const pooled = live(
      inGroup,
      ...served,
      { target: 'Warmed:Stopped' },
      { seconds: 1 },
      { answer: 'out' },
      { seconds: 12, ...silent },
      { answer: 'completed' },
    )
    expect(pooled.state.phase).toBe('pooled')
    expect(pooled.effects).not.toContain('stop-engine')
    const lostOnTheWay = live(
      inGroup,
      ...served,
      { target: 'Warmed:Stopped' },
      { seconds: 1 },
      { answer: 'out' },
      { seconds: 12, ...silent },
      { answer: 'unanswered', call: 'complete' },
      { seconds: 2 },
      ...noneWaits(4),
    )
    expect(lostOnTheWay.state.phase).toBe('pooled')
    const back = live(inGroup, ...served, { target: 'Warmed:Running' }, { seconds: 5 }, { target: 'InService' })
    expect([back.state.phase, back.effects.at(-1)]).toEqual(['proving', 'resume'])
  })
})

describe('an operator', () => {
  it('who puts a sensor in standby takes it out of service, and no hook and no engine is touched', () => {
    const life = live(inGroup, ...served, { target: 'Standby' }, { seconds: 600, ...silent })
    expect([life.state.phase, life.effects.slice(1)]).toEqual(['standby', ['drain']])
    expect(live(inGroup, ...served, { target: 'Standby' }, { target: 'InService' }).effects.at(-1)).toBe('resume')
  })

  it('who detaches a sensor gets one that serves on', () => {
    const life = live(inGroup, ...served, { target: 'Detached' }, { seconds: 600, ready: true })
    expect([life.state.phase, life.effects.slice(1)]).toEqual(['detached', ['resume']])
  })
})

const anyGiven: fc.Arbitrary<Given> = fc.oneof(
  fc.constantFrom(...targetStates).map((target) => ({ target })),
  fc.record({
    seconds: fc.constantFrom(1, 2, 10, 40),
    ready: fc.boolean(),
    starting: fc.boolean(),
    silentSeconds: fc.constantFrom(0, 5, 1000),
  }),
  fc
    .constantFrom('completed', 'heartbeat-recorded', 'engine-stopped', 'out', 'registered')
    .map((answer) => ({ answer })),
  fc.record({
    answer: fc.constantFrom('none-active', 'failed', 'unanswered'),
    call: fc.constantFrom<CallName>('complete', 'heartbeat', 'target-health'),
  }),
)
const anyMembership: fc.Arbitrary<Membership> = fc.constantFrom(inGroup, alone, hookless)
const anyLife = fc.array(anyGiven, { maxLength: 40 })

describe('whatever happens', () => {
  it('a launch hook is never completed while the sensor is not ready', () => {
    fc.assert(
      fc.property(anyMembership, anyLife, (membership, given) => {
        const unready = given.map((each) => ('seconds' in each ? { ...each, ready: false } : each))
        expect(live(membership, ...unready).effects).not.toContain('launch complete')
      }),
    )
  })

  it('a hook is completed at most once in a passage, and no call is made twice at a time', () => {
    fc.assert(
      fc.property(anyMembership, anyLife, (membership, given) => {
        // Nothing is answered here, so each passage asks each question once at most.
        const unanswered = given.filter((each) => !('answer' in each) || each.answer === 'engine-stopped')
        const { effects, state } = live(membership, ...unanswered)
        for (const call of ['launch complete', 'terminate complete'])
          expect(effects.filter((effect) => effect === call).length).toBeLessThanOrEqual(state.passage)
        const completing = live(membership, ...leaving, { seconds: 20_000, ...silent }).effects
        expect(completing.filter((effect) => effect === 'terminate complete').length).toBeLessThanOrEqual(1)
      }),
    )
  })

  it('nothing is asked of a hook or a target group that this instance does not have', () => {
    fc.assert(
      fc.property(anyLife, (given) => {
        const allowed = ['drain', 'resume', 'stop-engine']
        expect(live(hookless, ...given).effects.filter((effect) => !allowed.includes(effect))).toEqual([])
      }),
    )
  })

  it('the engine is ended once at most, and only after the sensor has left service', () => {
    fc.assert(
      fc.property(anyMembership, anyLife, (membership, given) => {
        const { effects } = live(membership, ...given)
        const ends = effects.flatMap((effect, index) => (effect === 'stop-engine' ? [index] : []))
        expect(ends.length).toBeLessThanOrEqual(1)
        for (const end of ends) expect(effects.slice(0, end)).toContain('drain')
      }),
    )
  })

  it('a termination ends within its deadlines, though nobody answers and the traffic never stops', () => {
    const { drainingSeconds, stoppingSeconds, completingSeconds } = deadlines
    fc.assert(
      fc.property(anyMembership, anyLife, (membership, given) => {
        const seconds = drainingSeconds + stoppingSeconds + completingSeconds + 3
        const life = live(membership, ...given, { target: 'InService' }, { target: 'Terminated' }, { seconds })
        expect(life.state.phase).toBe('ended')
      }),
      { numRuns: 20 },
    )
  })

  it('a sensor with a terminate hook ends only with the answer that it is completed, or at the deadline', () => {
    const withoutAnswer = fc.array(
      fc.oneof(
        fc.constantFrom(1, 2, 10, 40).map((seconds) => ({ seconds })),
        fc
          .constantFrom('none-active', 'failed', 'unanswered')
          .map((answer) => ({ answer, call: 'complete' }) satisfies Given),
      ),
      { maxLength: 60 },
    )
    fc.assert(
      fc.property(fc.constantFrom(inGroup, alone), withoutAnswer, (membership, given) => {
        const { state, atSeconds } = live(membership, ...drained, ...given)
        const completingSeconds = atSeconds - live(membership, ...drained).atSeconds
        expect(state.phase).toBe(completingSeconds >= deadlines.completingSeconds ? 'ended' : 'completing')
      }),
    )
  })

  it('a heartbeat that fails is tried again at least twice a minute: the hook still waits', () => {
    fc.assert(
      fc.property(fc.constantFrom('failed', 'unanswered'), fc.integer({ min: 60, max: 600 }), (answer, seconds) => {
        const second: readonly Given[] = [
          { seconds: 1, silentSeconds: 0 },
          { answer, call: 'heartbeat' },
        ]
        const before = live(inGroup, ...leaving).effects.length
        const life = live(inGroup, ...leaving, ...Array.from({ length: seconds }, () => second).flat())
        const beats = life.effects.slice(before).filter((effect) => effect.endsWith('heartbeat'))
        expect(beats.length).toBeGreaterThanOrEqual(Math.floor(seconds / intervals.heartbeatSeconds))
      }),
      { numRuns: 20 },
    )
  })

  it('a hook that waits gets a heartbeat at least twice a minute, as long as heartbeats arrive', () => {
    fc.assert(
      fc.property(fc.constantFrom('proving', 'draining'), fc.integer({ min: 60, max: 600 }), (phase, seconds) => {
        const way: readonly Given[] = phase === 'proving' ? [{ target: 'InService' }] : leaving
        const second: readonly Given[] = [
          { seconds: 1, starting: phase === 'proving', silentSeconds: 0 },
          { answer: 'heartbeat-recorded' },
        ]
        const before = live(inGroup, ...way).effects.length
        const life = live(inGroup, ...way, ...Array.from({ length: seconds }, () => second).flat())
        const beats = life.effects.slice(before).filter((effect) => effect.endsWith('heartbeat'))
        expect(beats.length).toBeGreaterThanOrEqual(Math.floor(seconds / 30))
      }),
      { numRuns: 20 },
    )
  })

  it('an answer that belongs to a passage that is over changes nothing', () => {
    fc.assert(
      fc.property(anyMembership, anyLife, (membership, given) => {
        const { state, atSeconds } = live(membership, ...given)
        const passage = state.passage - 1
        for (const kind of ['answered', 'none-active', 'failed', 'unanswered'] as const)
          expect(next(state, { kind, atSeconds, passage, call: 'complete' }, membership)).toEqual({
            state,
            effects: [],
          })
      }),
    )
  })
})
