import type { EventsAnswer } from '../messages.ts'
import { announce } from './announcements.ts'
import { byId, setAttribute, setText, setTextOrHide } from './dom.ts'
import {
  type FilterName,
  filterNames,
  toComplaint,
  toFieldOf,
  toFields,
  toMatchedWords,
  toSearch,
} from './event-query.ts'
import { showRows } from './event-rows.ts'
import { toPrintable } from './words.ts'

const debounceMilliseconds = 250
const mostOftenMilliseconds = 1000

const absent = byId('events-absent', HTMLElement)
const body = byId('events-body', HTMLElement)
const form = byId('filter', HTMLFormElement)
const pause = byId('pause', HTMLInputElement)
const matched = byId('matched', HTMLElement)
const empty = byId('events-empty', HTMLElement)
const generalComplaint = byId('complaint', HTMLElement)
const fields: Readonly<Record<FilterName, HTMLInputElement | HTMLSelectElement>> = {
  host: byId('filter-host', HTMLInputElement),
  source: byId('filter-source', HTMLInputElement),
  vni: byId('filter-vni', HTMLInputElement),
  protocol: byId('filter-protocol', HTMLSelectElement),
}

/** `events` of the last view, and of the view whose events the table shows. */
let kept: number | null = null
let shown: number | null = null
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
  if (events === null || pause.checked || document.hidden || events === shown || toSearchNow() === refused) return
  if (timer === undefined) fetchAfter(Math.max(0, lastFetch + mostOftenMilliseconds - Date.now()))
}

function fetchAfter(milliseconds: number, isAsked = false): void {
  clearTimeout(timer)
  timer = setTimeout(() => {
    timer = undefined
    void fetchEvents(isAsked)
  }, milliseconds)
}

const toSearchNow = (): string => toSearch(toFields((name) => fields[name].value))

/** @param isAsked by a change of the filter, whose result is worth saying */
async function fetchEvents(isAsked: boolean): Promise<void> {
  running?.abort()
  const controller = new AbortController()
  running = controller
  const wanted = kept
  const search = toSearchNow()
  lastFetch = Date.now()
  try {
    const answer = await fetch(`/api/events${search}`, { signal: controller.signal })
    refused = answer.ok ? null : search
    if (!answer.ok) return showComplaint(toComplaint(answer.status, await answer.text()))
    const { events, ...counts }: EventsAnswer = await answer.json()
    showComplaint(null)
    showRows(events)
    shown = wanted
    const words = toMatchedWords(counts, events.length)
    setText(matched, words)
    empty.hidden = events.length > 0 || counts.kept === 0
    if (isAsked) announce(words)
  } catch {
    // Given up for a newer one, or the server is away, which the header says: the next view asks again.
  }
}

function showComplaint(complaint: string | null): void {
  const guilty = complaint === null ? null : toFieldOf(complaint)
  const printable = complaint === null ? null : toPrintable(complaint)
  for (const name of filterNames) {
    const isGuilty = name === guilty
    setAttribute(fields[name], 'aria-invalid', isGuilty ? 'true' : null)
    setTextOrHide(byId(`complaint-${name}`, HTMLElement), isGuilty ? printable : null)
  }
  setTextOrHide(generalComplaint, guilty === null ? printable : null)
  if (complaint !== null) announce(complaint)
}

function onFilter(): void {
  history.replaceState(null, '', `${location.pathname}${toSearchNow()}${location.hash}`)
  fetchAfter(debounceMilliseconds, true)
}

/** The filter of the address, and what follows from a change of it. */
export function startEvents(): void {
  const address = new URLSearchParams(location.search)
  for (const [name, value] of Object.entries(toFields((one) => address.get(one)))) {
    for (const one of filterNames) if (one === name) fields[one].value = value
  }
  form.addEventListener('input', ({ target }) => {
    if (target !== pause) return onFilter()
    if (!pause.checked) fetchAfter(0)
  })
  form.addEventListener('reset', () => setTimeout(onFilter))
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    fetchAfter(0, true)
  })
}
