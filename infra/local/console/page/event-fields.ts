import { announce } from './announcements.ts'
import { byId, setAttribute, setTextOrHide } from './dom.ts'
import {
  type FilterFields,
  type FilterName,
  filterNames,
  toComplaintsByField,
  toFields,
  toSearch,
} from './event-query.ts'
import { toPrintable } from './words.ts'

const fields: Readonly<Record<FilterName, HTMLInputElement | HTMLSelectElement>> = {
  host: byId('filter-host', HTMLInputElement),
  source: byId('filter-source', HTMLInputElement),
  vni: byId('filter-vni', HTMLInputElement),
  protocol: byId('filter-protocol', HTMLSelectElement),
}
const generalComplaint = byId('complaint', HTMLElement)
let shown: string | null = null

/** The query of what stands in the fields now. */
export const readSearch = (): string => toSearch(toFields((name) => fields[name].value))

export function fillFields(values: FilterFields): void {
  for (const name of filterNames) fields[name].value = values[name]
}

/** Puts what the server says beside the fields that it is about. @param complaint null: all is well */
export function showComplaint(complaint: string | null): void {
  const complaints = complaint === null ? null : toComplaintsByField(complaint)
  const of = (name: FilterName | null) => toPrintable(complaints?.get(name) ?? '')
  for (const name of filterNames) {
    setAttribute(fields[name], 'aria-invalid', of(name) === '' ? null : 'true')
    setTextOrHide(byId(`complaint-${name}`, HTMLElement), of(name))
  }
  setTextOrHide(generalComplaint, of(null))
  // The same is asked again each second while the server fails.
  if (complaint !== null && complaint !== shown) announce(complaint)
  shown = complaint
}
