/**
 * A program that is an agent reduced to its supervisor, so that a test can kill it. Settings come from the environment;
 * what happens is printed as one JSON object a line. SIGUSR1: the engine is wedged. SIGUSR2: look at the rules. SIGTERM:
 * stop. SIGHUP: leave the engine running and end.
 */
import { decodeEnvironment } from '../../sensor-agent/environment.ts'
import { monotonicClock as clock } from '../../sensor-agent/read/clock.ts'
import { openSuricataSocket } from '../../sensor-agent/read/suricata-socket.ts'
import { startSupervisor } from '../../sensor-agent/suricata/supervisor.ts'
import { toStatePaths } from '../../sensor-agent/suricata/suricata-settings.ts'

const say = (event: Readonly<Record<string, unknown>>) => process.stdout.write(`${JSON.stringify(event)}\n`)

const decoded = decodeEnvironment(process.env)
if (!decoded.ok) throw new Error(decoded.complaints.join('\n'))
const settings = decoded.environment
const { ask, close } = openSuricataSocket({
  path: toStatePaths(settings.SENSOR_STATE_DIR).socket,
  deadlineSeconds: settings.SENSOR_SOCKET_DEADLINE_SECONDS,
  clock,
})

try {
  const supervisor = await startSupervisor({
    settings,
    clock,
    probe: async () => (await ask('dump-counters')).ok,
    ask,
    log: (entry) => say({ event: 'log', ...entry }),
    onState: (state) => say({ event: 'state', ...state }),
  })
  const timer = setInterval(() => void supervisor.tick(), 200)
  const end = (how: () => Promise<void>) => async () => {
    clearInterval(timer)
    await how()
    close()
    say({ event: 'ended', ...supervisor.state() })
    process.exit(0)
  }
  process.on('SIGUSR1', () => supervisor.wedged())
  process.on('SIGUSR2', async () =>
    say({ event: 'rules', ...(await supervisor.reloadRules()), shown: supervisor.state().rejection }),
  )
  process.on('SIGTERM', end(supervisor.stop))
  process.on('SIGHUP', end(supervisor.leave))
  // Whoever reads this may send a signal at once.
  say({ event: 'held', ...supervisor.state() })
} catch (error) {
  say({ event: 'failed', message: error instanceof Error ? error.message : String(error) })
  process.exit(1)
}
