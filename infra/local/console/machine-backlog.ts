import type { PlaceReading } from './source.ts'

/**
 * The kernel's backlog is the machine's, not a namespace's: all sensors of a region count the same drops, and everybody's
 * packets. So the drops are told once, under the first sensor, whoever has answered.
 */
export class MachineBacklog {
  #drops: number | null = null

  /** @param places of every sensor that has answered */
  see(places: readonly PlaceReading[]): void {
    for (const { place, drops } of places) {
      // Sensors look at different moments: what comes out less than before has not been taken back.
      if (place === 'softnet' && drops !== null) this.#drops = Math.max(this.#drops ?? 0, drops)
    }
  }

  /** A sensor's places, the backlog as the machine's. */
  toOwnPlaces(funnel: readonly PlaceReading[], isFirst: boolean): readonly PlaceReading[] {
    const backlog = { place: 'softnet', packets: null, drops: isFirst ? this.#drops : null }
    const isThere = funnel.some(({ place }) => place === 'softnet')
    if (isThere) return funnel.map((place) => (place.place === 'softnet' ? backlog : place))
    return backlog.drops === null ? funnel : [backlog, ...funnel]
  }
}
