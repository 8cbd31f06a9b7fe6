import type { EventsAnswer } from '../messages.ts'
import { announce } from './announcements.ts'
import { toDeadline } from './deadline.ts'
import { byId, setText } from './dom.ts'
import { fillFields, readSearch, showComplaint } from './event-fields.ts'
import { toComplaint, toFields, toMatchedWords } from './event-query.ts'
import { showRows } from './event-rows.ts'

const debounceMilliseconds = 250
const mostOftenMilliseconds = 1000

const absent = byId('events-absent', HTMLElement)
const body = byId('events-body', HTMLElement)
const form = byId('filter', HTMLFormElement)
const clear = byId('clear', HTMLButtonElement)
const pause = byId('pause', HTMLInputElement)
const matched = byId('matched', HTMLElement)
const empty = byId('events-empty', HTMLElement)

/** `events` of the last view, and of the view whose events the table shows; null while it shows none's. */
let kept: number | null = null
let shown: number | null = null
/** The filter was changed, and what came of it is worth saying. */
let isAwaited = false
/** A query that the server refused would be refused each second. */
let refused: string | null = null
let lastFetch = 0
let timer: ReturnType<typeof setTimeout> | undefined
let running: AbortController | null = null

/** @param events of the view: null where they cannot be read from here */
export function showEvents(events: number | null): void {
  absent.hidden = events !== null
  body.hidden = events === null
  kept = events
  if (events === null || events === shown || (pause.checked && !isAwaited)) return
  if (running !== null || timer !== undefined || readSearch() === refused) return
  fetchAfter(Math.max(0, lastFetch + mostOftenMilliseconds - Date.now()))
}

function fetchAfter(milliseconds: number): void {
  clearTimeout(timer)
  timer = setTimeout(() => {
    timer = undefined
    void fetchEvents()
  }, milliseconds)
}

async function fetchEvents(): Promise<void> {
  running?.abort()
  const controller = new AbortController()
  running = controller
  lastFetch = Date.now()
  const wanted = kept
  shown = null
  try {
    const answer = await ask(readSearch(), controller.signal)
    if (answer === null) return
    showAnswer(answer)
    shown = wanted
  } catch {
    // Given up for a newer one, or the server is away, which the header says: the next view asks again.
  } finally {
    if (running === controller) running = null
  }
}

/** @returns null: the server complained, and what it said is shown */
async function ask(search: string, signal: AbortSignal): Promise<EventsAnswer | null> {
  const answer = await fetch(`/api/events${search}`, { signal: toDeadline(signal) })
  // Of any other failure the query is not the cause.
  refused = answer.status >= 400 && answer.status < 500 ? search : null
  showComplaint(answer.ok ? null : toComplaint(answer.status, await answer.text()))
  return answer.ok ? answer.json() : null
}

function showAnswer({ events, ...counts }: EventsAnswer): void {
  showRows(events)
  const words = toMatchedWords(counts, events.length)
  setText(matched, words)
  empty.hidden = events.length > 0 || counts.kept === 0
  if (isAwaited) announce(words)
  isAwaited = false
}

function onFilter(milliseconds = debounceMilliseconds): void {
  history.replaceState(null, '', `${location.pathname}${readSearch()}${location.hash}`)
  isAwaited = true
  // What it brings would be taken for the new filter's.
  running?.abort()
  fetchAfter(milliseconds)
}

/** The filter of the address, and what follows from a change of it. */
export function startEvents(): void {
  const address = new URLSearchParams(location.search)
  fillFields(toFields((name) => address.get(name)))
  form.addEventListener('input', ({ target }) => {
    if (target !== pause) return onFilter()
    if (!pause.checked) fetchAfter(0)
  })
  // A reset of the form would end the pause too.
  clear.addEventListener('click', () => {
    fillFields(toFields(() => null))
    onFilter()
  })
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    onFilter(0)
  })
}
