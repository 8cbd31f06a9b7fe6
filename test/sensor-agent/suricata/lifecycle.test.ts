import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { backoffSeconds, deadlines, next } from '../../../sensor-agent/suricata/lifecycle.ts'
import {
  type Effect,
  type Event,
  initial,
  type State,
  type Step,
} from '../../../sensor-agent/suricata/lifecycle-state.ts'

/** A world that does what the effects ask for, and keeps count of processes. */
class World {
  state: State = initial
  now = 0
  readonly alive = new Set<number>()
  mostAlive = 0
  effects: Effect[] = []
  readonly #spawnFails: (turn: number) => boolean
  #pid = 100

  constructor(spawnFails: (turn: number) => boolean = () => false) {
    this.#spawnFails = spawnFails
  }

  send(event: Event): void {
    const step: Step = next(this.state, event)
    this.state = step.state
    for (const effect of step.effects) {
      this.effects.push(effect)
      if (effect.kind === 'spawn') this.#spawn(effect.turn)
    }
  }

  #spawn(turn: number): void {
    if (this.#spawnFails(turn)) {
      this.send({ kind: 'spawn-failed', turn, atSeconds: this.now })
      return
    }
    this.#pid += 1
    this.alive.add(this.#pid)
    this.mostAlive = Math.max(this.mostAlive, this.alive.size)
    this.send({ kind: 'spawned', turn, pid: this.#pid, atSeconds: this.now })
  }

  exit(): void {
    for (const pid of this.alive) {
      this.alive.delete(pid)
      this.send({ kind: 'exited', pid, atSeconds: this.now })
    }
  }

  do(action: string, seconds: number): void {
    this.now += seconds
    if (action === 'exit') this.exit()
    // The runner adopts a process that exists, and before anything else; elsewhere the event must be harmless.
    if (['adopt', 'adopt-proven'].includes(action) && this.state.phase === 'stopped' && this.alive.size === 0)
      this.alive.add(50)
    const event = toEvent(action, this.state, this.now)
    if (event !== undefined) this.send(event)
  }
}

function toEvent(action: string, state: State, atSeconds: number): Event | undefined {
  const pid = 'pid' in state ? state.pid : 1
  const { turn } = state
  const events: Readonly<Record<string, Event>> = {
    ready: { kind: 'ready', pid, atSeconds },
    'test-passed': { kind: 'test-passed', turn, atSeconds },
    'test-failed': { kind: 'test-failed', turn, atSeconds },
    late: { kind: 'test-passed', turn: turn - 1, atSeconds },
    stray: { kind: 'spawned', turn: turn - 1, pid: 7, atSeconds },
    start: { kind: 'start', atSeconds },
    stop: { kind: 'stop', atSeconds },
    wedged: { kind: 'wedged', atSeconds },
    adopt: { kind: 'adopt', pid: 50, proven: false, atSeconds },
    'adopt-proven': { kind: 'adopt', pid: 50, proven: true, atSeconds },
    replace: { kind: 'replace', pid, atSeconds },
    tick: { kind: 'tick', atSeconds },
  }
  return events[action]
}

const names = [
  'exit',
  'ready',
  'test-passed',
  'test-failed',
  'late',
  'stray',
  'start',
  'stop',
  'wedged',
  'adopt',
  'adopt-proven',
  'replace',
  'tick',
]
const weighted = [...names, 'tick', 'tick', 'start', 'test-passed', 'test-passed', 'ready', 'ready']
const history = fc.array(fc.tuple(fc.constantFrom(...weighted), fc.integer({ min: 0, max: 70 })), { maxLength: 80 })

function play(actions: readonly (readonly [string, number])[], each: (world: World) => void = () => {}): World {
  const world = new World((turn) => turn % 5 === 4)
  for (const [action, seconds] of actions) {
    world.do(action, seconds)
    each(world)
  }
  return world
}

describe('next', () => {
  it('never has two processes', () => {
    fc.assert(
      fc.property(history, (actions) => {
        expect(play(actions).mostAlive).toBeLessThanOrEqual(1)
      }),
      { numRuns: 2000 },
    )
  })

  it('reaches stopped from wherever stop finds it, once the process has ended', () => {
    fc.assert(
      fc.property(history, (actions) => {
        const world = play(actions)
        world.do('stop', 0)
        world.exit()
        expect(world.state.phase).toBe('stopped')
        expect(world.alive.size).toBe(0)
      }),
      { numRuns: 2000 },
    )
  })

  it('stays stopped until it is told to start', () => {
    fc.assert(
      fc.property(history, history, (before, after) => {
        const world = play(before)
        world.do('stop', 0)
        world.exit()
        const idle = after.filter(([name]) => !['start', 'adopt', 'adopt-proven'].includes(name))
        for (const [name, seconds] of idle) world.do(name, seconds)
        expect(world.state.phase).toBe('stopped')
      }),
    )
  })

  it('kills what does not end by itself: SIGTERM, and SIGKILL after its deadline, again and again', () => {
    fc.assert(
      fc.property(history, (actions) => {
        const world = play(actions)
        if (world.alive.size === 0) return
        world.do('stop', 0)
        world.effects = []
        for (let second = 0; second < 40; second += 1) world.do('tick', 1)
        const signals = world.effects.map((effect) => (effect.kind === 'signal' ? effect.signal : effect.kind))
        expect(signals.length).toBeGreaterThanOrEqual(3)
        expect(new Set(signals)).toEqual(new Set(['SIGKILL']))
      }),
    )
  })

  it('counts restarts upwards only', () => {
    fc.assert(
      fc.property(history, (actions) => {
        let last = 0
        play(actions, ({ state }) => {
          expect(state.restarts).toBeGreaterThanOrEqual(last)
          expect(state.restarts - last).toBeLessThanOrEqual(1)
          last = state.restarts
        })
      }),
    )
  })

  it('waits between 1 and 60 seconds before each further try', () => {
    fc.assert(
      fc.property(history, (actions) => {
        play(actions, ({ state }) => {
          if (state.phase !== 'waiting') return
          expect(state.delaySeconds).toBeGreaterThanOrEqual(1)
          expect(state.delaySeconds).toBeLessThanOrEqual(deadlines.longestBackoffSeconds)
        })
      }),
    )
  })

  it('tests the configuration before every start', () => {
    fc.assert(
      fc.property(history, (actions) => {
        const { effects } = play(actions)
        const kinds = effects.map(({ kind }) => kind).filter((kind) => kind === 'test' || kind === 'spawn')
        expect(kinds.filter((kind, index) => kind === 'spawn' && kinds[index - 1] !== 'test')).toEqual([])
      }),
    )
  })

  it('changes nothing by an answer to an earlier question', () => {
    const testing = play([['start', 0]]).state
    expect(next(testing, { kind: 'test-passed', turn: testing.turn - 1, atSeconds: 1 }).state).toBe(testing)
    const running = play([
      ['start', 0],
      ['test-passed', 0],
      ['ready', 0],
    ]).state
    expect(running.phase).toBe('running')
    expect(next(running, { kind: 'exited', pid: 9, atSeconds: 1 }).state).toBe(running)
  })
})

describe('back-off', () => {
  it.each([
    [0, 1],
    [1, 2],
    [5, 32],
    [6, 60],
    [2000, 60],
  ])('after %i faults in a row is %i s', (failures, seconds) => expect(backoffSeconds(failures)).toBe(seconds))

  const crash = (stableSeconds: number) => (world: World) => {
    world.do('test-passed', 0)
    world.do('ready', 0)
    world.do('exit', stableSeconds)
  }
  const restarts: number[] = []
  const delays = (stable: readonly number[]) => {
    const world = new World()
    world.do('start', 0)
    return stable.map((seconds) => {
      crash(seconds)(world)
      const delay = world.state.phase === 'waiting' ? world.state.delaySeconds : -1
      world.do('tick', delay)
      restarts.push(world.state.restarts)
      return delay
    })
  }

  it('doubles while the engine keeps dying, and starts anew after a stable minute', () => {
    expect(delays([0, 1, 59, 60, 0])).toEqual([1, 2, 4, 1, 2])
    expect(restarts).toEqual([1, 2, 3, 4, 5])
  })
})

describe('a wedged engine', () => {
  it('is replaced and counted once', () => {
    const world = play([
      ['start', 0],
      ['test-passed', 0],
      ['ready', 0],
      ['wedged', 5],
    ])
    expect(world.state.phase).toBe('terminating')
    world.do('tick', deadlines.terminateSeconds)
    expect(world.effects.at(-1)).toMatchObject({ kind: 'signal', signal: 'SIGKILL' })
    world.exit()
    expect(world.state).toMatchObject({ phase: 'waiting', restarts: 1 })
  })

  it('is given up when it never becomes ready', () => {
    const world = play([
      ['start', 0],
      ['test-passed', 0],
      ['tick', deadlines.startSeconds],
    ])
    expect(world.state).toMatchObject({ phase: 'terminating', restarts: 1 })
  })
})

describe('adoption', () => {
  it('keeps an engine of today’s settings, without a signal', () => {
    const world = play([
      ['adopt', 0],
      ['start', 0],
      ['ready', 1],
    ])
    expect(world.state).toMatchObject({ phase: 'running', pid: 50, adopted: true, restarts: 0 })
    expect(world.effects).toEqual([])
  })

  it('of an engine that was up before gives it no time to start: if it is wedged it is replaced', () => {
    expect(play([['adopt-proven', 0]]).state.phase).toBe('running')
    const wedged = play([
      ['adopt-proven', 0],
      ['wedged', 30],
    ])
    expect(wedged.state).toMatchObject({ phase: 'terminating', restarts: 1 })
  })

  it('replaces an engine of other settings when it is told to, and does not count that as a fault', () => {
    const world = play([
      ['adopt', 0],
      ['replace', 7],
    ])
    expect(world.effects).toEqual([{ kind: 'signal', pid: 50, signal: 'SIGTERM' }])
    world.exit()
    expect(world.state).toMatchObject({ phase: 'waiting', restarts: 0 })
  })
})
