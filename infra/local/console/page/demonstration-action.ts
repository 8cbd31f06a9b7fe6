import type { DemonstrationAction } from '../messages.ts'
import { announce } from './announcements.ts'
import { byId, setAttribute, setText } from './dom.ts'
import { toComplaint } from './event-query.ts'
import { toPrintable } from './words.ts'

/** Then it is no news any more. */
const resultMilliseconds = 15_000
let forget: ReturnType<typeof setTimeout> | undefined

const result = byId('demonstration-result', HTMLElement)

const begun: Readonly<Record<DemonstrationAction, string>> = {
  'stop-sensor': 'is being stopped',
  'start-sensor': 'is being started',
  'add-sensor': 'A sensor is being added',
  'add-load': 'Load is being sent',
}

/** Asks the server to begin it, and says beside the buttons what came of it. */
export async function act(action: DemonstrationAction, sensor: string | null, button: HTMLElement): Promise<void> {
  if (button.getAttribute('aria-disabled') === 'true') return
  setAttribute(button, 'aria-disabled', 'true')
  const { isDone, words } = await post(action, sensor)
  setAttribute(button, 'aria-disabled', null)
  setAttribute(result, 'data-state', isDone ? 'healthy' : 'degraded')
  setText(result, toPrintable(words))
  announce(words)
  clearTimeout(forget)
  forget = setTimeout(() => setText(result, ''), resultMilliseconds)
}

async function post(action: DemonstrationAction, sensor: string | null): Promise<{ isDone: boolean; words: string }> {
  try {
    const answer = await fetch(`/api/demonstration/${action}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(sensor === null ? {} : { sensor }),
    })
    if (!answer.ok) return { isDone: false, words: `Not now: ${toComplaint(answer.status, await answer.text())}` }
    return { isDone: true, words: sensor === null ? `${begun[action]}.` : `${sensor} ${begun[action]}.` }
  } catch {
    return { isDone: false, words: 'The console’s server did not answer: nothing was begun.' }
  }
}
