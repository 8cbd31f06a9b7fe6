import { describe, expect, it } from 'vitest'
import type { Entry } from '../../sensor-agent/journal.ts'
import { answered, failed } from '../../sensor-agent/read/answer.ts'
import type { openSuricataSocket } from '../../sensor-agent/read/suricata-socket.ts'
import { isEngineReady, toSupervisedEngine } from '../../sensor-agent/supervised-engine.ts'
import { toRejection } from '../../sensor-agent/suricata/rules-rejection.ts'
import type { RulesOutcome, Supervisor, SupervisorState } from '../../sensor-agent/suricata/supervisor.ts'
import { fullReading } from '../support/publication.ts'

type Ask = ReturnType<typeof openSuricataSocket>['ask']

const running: SupervisorState = {
  phase: 'running',
  pid: 7,
  restarts: 2,
  adopted: false,
  adoptions: 1,
  landlocked: true,
  rejection: null,
}

/** A supervisor that is plain data, and what was asked and logged. */
function given(state: () => SupervisorState, outcome: RulesOutcome = { kind: 'unchanged' }) {
  const asked: string[] = []
  const logged: Entry[] = []
  const ask: Ask = async (command) => {
    asked.push(command)
    return failed('SENSOR_SOCKET_CLOSED', command)
  }
  const supervisor: Supervisor = {
    state,
    wedged: () => void asked.push('wedged'),
    reloadRules: async () => outcome,
    tick: async () => {},
    stop: async () => {},
    hasten: () => {},
    leave: async () => {},
  }
  return { engine: toSupervisedEngine(supervisor, ask, (entry) => void logged.push(entry)), asked, logged }
}

describe('toSupervisedEngine', () => {
  it.each([
    ['running', true],
    ['starting', false],
    ['testing', false],
    ['waiting', false],
    ['terminating', false],
  ] as const)('takes an engine that is %s for up: %s', (phase, up) => {
    expect(given(() => ({ ...running, phase })).engine.isUp()).toBe(up)
  })

  it('shows what the supervisor knows, without a version while none was told', () => {
    const { engine, asked } = given(() => running)
    expect(engine.status()).toEqual({
      phase: 'running',
      pid: 7,
      version: null,
      restarts: 2,
      adoptions: 1,
      landlocked: true,
    })
    expect(asked).toEqual(['version'])
  })

  it('asks no engine for its version that does not run', () => {
    const { engine, asked } = given(() => ({ ...running, phase: 'starting' }))
    engine.status()
    expect(asked).toEqual([])
  })

  it('tells the supervisor of a wedged engine, and says so', () => {
    const { engine, asked, logged } = given(() => running)
    engine.wedged()
    expect(asked).toEqual(['wedged'])
    expect(logged.map(({ level }) => level)).toEqual(['warn'])
  })

  it.each([
    [{ kind: 'unchanged' }, []],
    [{ kind: 'reloaded' }, ['the engine has loaded new rules']],
    [{ kind: 'pending', fingerprint: 'a', fault: 'the engine is starting' }, ['new rules wait for the engine']],
    // Refused rules stand in every publication, and its journal says them once.
    [{ kind: 'refused', rejection: toRejection([], 'lastGood') }, []],
  ] as const)('logs a look at the rules only when there is news: %o', async (outcome, messages) => {
    const { engine, logged } = given(() => running, outcome)
    await engine.checkRules()
    expect(logged.map(({ message }) => message)).toEqual(messages)
  })
})

describe('isEngineReady', () => {
  const { 'dump-counters': counters, 'iface-stat': capture } = fullReading
  const unknown = failed('SENSOR_COUNTERS_UNKNOWN', 'decoder.pkts')
  const refused = failed('SENSOR_COMMAND_REFUSED', 'dump-counters', 'stats not yet synchronized')
  const noWorkers = counters.ok ? answered({ ...counters.value, workers: [] }) : counters
  it.each([
    ['counters and workers', counters, capture, true],
    ['counters and workers, whatever it says of its interface', counters, refused, true],
    ['counters without workers', noWorkers, capture, false],
    ['a refusal', refused, capture, false],
    ['counters that we cannot read, of an engine that knows its interface', unknown, capture, true],
    ['counters that we cannot read, of one that does not', unknown, refused, false],
  ])('is decided by %s', (_, answer, interfaceAnswer, ready) => {
    expect(isEngineReady(answer, interfaceAnswer)).toBe(ready)
  })
})
