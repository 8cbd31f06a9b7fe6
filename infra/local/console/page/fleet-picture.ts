import type { FleetView, LoadBalancerView, SourceView } from '../messages.ts'
import { byId, create, KeyedList, type Row, setAttribute, setText, setTextOrHide } from './dom.ts'
import { drawLinks } from './link-drawing.ts'
import { createSensorCard } from './sensor-card.ts'
import { toPrintable, toRate } from './words.ts'

const sources = new KeyedList(byId('sources', HTMLElement), (source: SourceView) => source.name, createSourceCard)
const sensors = new KeyedList(byId('sensors', HTMLElement), ({ id }: { id: string }) => id, createSensorCard)
const sourcesAbsent = byId('sources-absent', HTMLElement)
const balancer = byId('load-balancer', HTMLElement)
const balancerAbsent = byId('load-balancer-absent', HTMLElement)
const balancerAlarm = byId('load-balancer-alarm', HTMLElement)
const received = byId('received', HTMLElement)
const forwarded = byId('forwarded', HTMLElement)
const noTarget = byId('no-target', HTMLElement)
const detection = byId('detection', HTMLElement)

let shown: FleetView | null = null

export function showFleetPicture(view: FleetView): void {
  shown = view
  sources.update(view.sources ?? [])
  setTextOrHide(sourcesAbsent, toAbsence(view.sources))
  showLoadBalancer(view.loadBalancer)
  sensors.update(view.sensors.map((sensor) => ({ ...sensor, demonstration: view.demonstration })))
  const { detectionSeconds: seconds } = view
  setTextOrHide(detection, seconds === null ? null : `A sensor that is gone leaves service within ${seconds} s.`)
  redrawLinks()
}

/** After the layout changed. */
export function redrawLinks(): void {
  if (shown === null) return
  const [sourceCards, sensorCards] = [sources.elements(), sensors.elements()]
  drawLinks({
    balancer: shown.loadBalancer === null ? balancerAbsent : balancer,
    sources: (shown.sources ?? []).map(({ name, mirroredPerSecond }) => [sourceCards.get(name), mirroredPerSecond]),
    sensors: shown.sensors.map(({ id, packetsPerSecond }) => [sensorCards.get(id), packetsPerSecond]),
  })
}

const toAbsence = (list: readonly SourceView[] | null): string | null => {
  if (list === null) return 'Not seen from here: the mirrored hosts report to CloudWatch only.'
  return list.length === 0 ? 'No source is mirrored.' : null
}

function showLoadBalancer(view: LoadBalancerView | null): void {
  balancer.hidden = view === null
  balancerAbsent.hidden = view !== null
  if (view === null) return
  setAttribute(balancer, 'data-state', view.isFailOpen ? 'unhealthy' : 'healthy')
  setTextOrHide(balancerAlarm, view.isFailOpen ? 'FAIL-OPEN: no target is healthy, so all get traffic' : null)
  setText(received, toRate(view.receivedPerSecond))
  setText(forwarded, toRate(view.forwardedPerSecond))
  setText(noTarget, toRate(view.noTargetPerSecond))
  setAttribute(noTarget, 'data-loss', String((view.noTargetPerSecond ?? 0) > 0))
}

function createSourceCard({ name }: SourceView): Row<SourceView> {
  const zone = create('span', 'zone')
  const rate = create('span', 'figure')
  const skipped = create('p', 'loss')
  const element = create(
    'li',
    'card source',
    create(
      'p',
      'card-line',
      create('bdi', 'name', toPrintable(name)),
      zone,
      create('span', 'rate', rate, create('span', 'unit', ' packets/s')),
    ),
    skipped,
  )
  return {
    element,
    update: (source) => {
      setText(zone, toPrintable(source.zone))
      setText(rate, toRate(source.mirroredPerSecond))
      setTextOrHide(skipped, source.skippedPerSecond ? `${toRate(source.skippedPerSecond)} packets/s skipped` : null)
    },
  }
}
