import type { DemonstrationAction } from '../messages.ts'
import { isLate, mostSeconds, toDeadline } from './deadline.ts'
import { type Result, showResult } from './demonstration-result.ts'
import { setAttribute } from './dom.ts'
import { toComplaint } from './event-query.ts'

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
  const result = await post(action, sensor)
  setAttribute(button, 'aria-disabled', null)
  showResult(result)
}

async function post(action: DemonstrationAction, sensor: string | null): Promise<Result> {
  try {
    const answer = await fetch(`/api/demonstration/${action}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(sensor === null ? {} : { sensor }),
      signal: toDeadline(),
    })
    if (!answer.ok) return { isDone: false, words: `Not now: ${toComplaint(answer.status, await answer.text())}` }
    return { isDone: true, words: sensor === null ? `${begun[action]}.` : `${sensor} ${begun[action]}.` }
  } catch (error) {
    return { isDone: false, words: toSilenceWords(error) }
  }
}

const toSilenceWords = (error: unknown): string =>
  isLate(error)
    ? `The console’s server did not answer within ${mostSeconds} s: it may have begun or not.`
    : 'The console’s server did not answer: nothing was begun.'
