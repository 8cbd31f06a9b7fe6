import { FleetUnread, toFault } from '../../../healthcheck/fleet/aws-call.ts'
import type { FleetListing } from '../../../healthcheck/fleet/fleet-reading.ts'

export interface ListingView {
  /** What AWS told last; null before it told anything. */
  readonly listing: FleetListing | null
  /** Why it did not tell anything newer; null: it did. */
  readonly fault: string | null
}

/** What AWS says of a fleet, asked at most once an interval. Its describe calls are throttled for the whole account. */
export class ListingFollower {
  readonly #read: () => Promise<FleetListing>
  readonly #intervalMilliseconds: number
  #view: ListingView = { listing: null, fault: null }
  #askedAtMilliseconds = Number.NEGATIVE_INFINITY
  #asking: Promise<void> | null = null

  /** @param read asks AWS once, and ends by itself */
  constructor(read: () => Promise<FleetListing>, intervalSeconds: number) {
    this.#read = read
    this.#intervalMilliseconds = intervalSeconds * 1000
  }

  /** What is known now. Only the first time it waits for AWS: a slow answer must not keep the sensors' from being shown. */
  async look(nowMilliseconds: number): Promise<ListingView> {
    // A clock that was set back must not stop it.
    const age = Math.abs(nowMilliseconds - this.#askedAtMilliseconds)
    if (this.#asking === null && age >= this.#intervalMilliseconds) {
      this.#askedAtMilliseconds = nowMilliseconds
      this.#asking = this.#ask()
    }
    const { listing, fault } = this.#view
    if (listing === null && fault === null) await this.#asking
    return this.#view
  }

  async #ask(): Promise<void> {
    try {
      this.#view = { listing: withKnownAddresses(await this.#read(), this.#view.listing), fault: null }
    } catch (error) {
      this.#view = { ...this.#view, fault: error instanceof FleetUnread ? error.message : toFault(error) }
    } finally {
      this.#asking = null
    }
  }
}

/** An instance keeps its private address for life, so an earlier answer of EC2's is good while it does not answer. */
export function withKnownAddresses(listing: FleetListing, before: FleetListing | null): FleetListing {
  if (listing.addressesFault === null) return listing
  const known = new Map(before?.sensors.map(({ id, address }) => [id, address]))
  return {
    ...listing,
    sensors: listing.sensors.map((sensor) => ({ ...sensor, address: sensor.address ?? known.get(sensor.id) ?? null })),
  }
}
