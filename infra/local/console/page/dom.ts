/** The few ways in which the page touches its document. Text goes in as text: nothing here takes markup. */

/** The element of the page's HTML with that id. @throws when the HTML and the code do not fit together */
export function byId<T extends Element>(id: string, type: abstract new (...none: never[]) => T): T {
  const found = document.getElementById(id)
  if (!(found instanceof type)) throw new Error(`the page has no ${type.name} with the id "${id}"`)
  return found
}

export function create<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className = '',
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag)
  if (className !== '') made.className = className
  made.append(...children)
  return made
}

const svgNamespace = 'http://www.w3.org/2000/svg'

export function createSvg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>>,
  ...children: readonly Node[]
): SVGElementTagNameMap[K] {
  const made = document.createElementNS(svgNamespace, tag)
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value)
  made.append(...children)
  return made
}

/** Leaves the text alone that is there already: a selection in it stays. */
export function setText(node: Node, text: string): void {
  if (node.textContent !== text) node.textContent = text
}

/** @param value null takes the attribute away */
export function setAttribute(element: Element, name: string, value: string | null): void {
  if (element.getAttribute(name) === value) return
  if (value === null) element.removeAttribute(name)
  else element.setAttribute(name, value)
}

/** Shows text, or hides the element where there is none. */
export function setTextOrHide(element: HTMLElement, text: string | null): void {
  element.hidden = text === null || text === ''
  setText(element, text ?? '')
}

/** An element for one item, and how it follows the item. */
export interface Row<T> {
  readonly element: Element
  readonly update: (item: T) => void
}

/** Children of `parent` that follow a list: an item keeps its element, so focus and selection stay where they are. */
export class KeyedList<T> {
  readonly #parent: Element
  readonly #toKey: (item: T) => string
  readonly #create: (item: T) => Row<T>
  #rows = new Map<string, Row<T>>()

  constructor(parent: Element, toKey: (item: T) => string, createRow: (item: T) => Row<T>) {
    this.#parent = parent
    this.#toKey = toKey
    this.#create = createRow
  }

  update(items: readonly T[]): void {
    const rows = new Map<string, Row<T>>()
    for (const item of items) {
      const key = unusedKey(rows, this.#toKey(item))
      const row = this.#rows.get(key) ?? this.#create(item)
      row.update(item)
      rows.set(key, row)
    }
    for (const [key, { element }] of this.#rows) if (!rows.has(key)) element.remove()
    let next = this.#parent.firstElementChild
    for (const { element } of rows.values()) {
      if (element === next) next = next.nextElementSibling
      else this.#parent.insertBefore(element, next)
    }
    this.#rows = rows
  }

  elements(): ReadonlyMap<string, Element> {
    return new Map([...this.#rows].map(([key, { element }]) => [key, element]))
  }
}

const unusedKey = (taken: ReadonlyMap<string, unknown>, key: string): string =>
  taken.has(key) ? unusedKey(taken, `${key}+`) : key
