import type { AuditEvent } from '../messages.ts'
import { byId, create, KeyedList, type Row } from './dom.ts'
import { toClock, toPrintable } from './words.ts'

const rows = new KeyedList(
  byId('event-rows', HTMLTableSectionElement),
  // After a restart the server counts from one again.
  ({ number, time, sensor }: AuditEvent) => `${number} ${time} ${sensor}`,
  createRow,
)

/** The table's parts by the roles that they have anyway: on a narrow page they are laid out as cards, which loses them. */
const roles = { '.event-table': 'table', 'thead, tbody': 'rowgroup', tr: 'row', th: 'columnheader' }
// Not every browser lets the keyboard scroll a box that cannot have the focus.
byId('event-scroll', HTMLElement).tabIndex = 0
for (const [selector, role] of Object.entries(roles)) {
  for (const part of document.querySelectorAll(`#event-scroll ${selector}`)) part.setAttribute('role', role)
}

export const showRows = (events: readonly AuditEvent[]): void => rows.update(events)

/** An event never changes. */
function createRow(event: AuditEvent): Row<AuditEvent> {
  const time = create('time', '', toClock(Date.parse(event.time)))
  time.dateTime = event.time
  const protocol = create('span', 'tag', event.protocol)
  const ends = create('span', '', hostile(event.client), ' → ', hostile(event.server))
  const element = create(
    'tr',
    '',
    cell('Time', time),
    cell('Sensor', hostile(event.sensor)),
    cell('Protocol', protocol),
    cell('Source', hostile(event.source)),
    cell('Client → server', ends),
    cell('VNI', event.vni === null ? '–' : String(event.vni)),
    cell('Host', hostile(event.host)),
    cell('Detail', hostile(event.detail)),
  )
  element.setAttribute('role', 'row')
  element.dataset.protocol = event.protocol
  return { element, update: () => {} }
}

/** Its direction ends where it ends. */
const hostile = (text: string): HTMLElement => create('bdi', '', toPrintable(text))

function cell(label: string, content: Node | string): HTMLTableCellElement {
  const made = create('td', '', content)
  made.setAttribute('role', 'cell')
  made.dataset.label = label
  return made
}
