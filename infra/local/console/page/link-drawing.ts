import { byId, createSvg, setAttribute } from './dom.ts'
import { isIdle, type Link, type Point, toCurve, toWidth } from './links.ts'

const picture = byId('picture', HTMLElement)
const drawing = byId('links', SVGSVGElement)

export type End = readonly [element: Element | undefined, perSecond: number | null]

export interface Ends {
  readonly balancer: Element
  readonly sources: readonly End[]
  readonly sensors: readonly End[]
}

/** Draws who sends to whom behind the cards. On a narrow page the columns stand below each other, and nothing is drawn. */
export function drawLinks({ balancer, sources, sensors }: Ends): void {
  if (getComputedStyle(drawing).display === 'none') return
  const origin = picture.getBoundingClientRect()
  const edges = (element: Element): { left: Point; right: Point } => {
    const { left, right, top, height } = element.getBoundingClientRect()
    const y = Math.round(top - origin.top + height / 2)
    return { left: { x: Math.round(left - origin.left), y }, right: { x: Math.round(right - origin.left), y } }
  }
  const middle = edges(balancer)
  const links: Link[] = [
    ...sources.flatMap(([element, perSecond]) =>
      element === undefined ? [] : [{ from: edges(element).right, to: middle.left, perSecond }],
    ),
    ...sensors.flatMap(([element, perSecond]) =>
      element === undefined ? [] : [{ from: middle.right, to: edges(element).left, perSecond }],
    ),
  ]
  setAttribute(drawing, 'viewBox', `0 0 ${Math.round(origin.width)} ${Math.round(origin.height)}`)
  show(links)
}

function show(links: readonly Link[]): void {
  const most = Math.max(0, ...links.map(({ perSecond }) => perSecond ?? 0))
  while (drawing.childElementCount > links.length) drawing.lastElementChild?.remove()
  while (drawing.childElementCount < links.length) drawing.append(createSvg('path', {}))
  links.forEach((link, i) => {
    const path = drawing.children.item(i)
    if (path === null) return
    setAttribute(path, 'd', toCurve(link))
    setAttribute(path, 'class', isIdle(link.perSecond) ? 'link idle' : 'link')
    setAttribute(path, 'stroke-width', toWidth(link.perSecond, most).toFixed(1))
  })
}
