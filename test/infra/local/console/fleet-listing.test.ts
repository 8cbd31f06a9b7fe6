import { describe, expect, it } from 'vitest'
import { FleetUnread } from '../../../../healthcheck/fleet/aws-call.ts'
import type { FleetListing } from '../../../../healthcheck/fleet/fleet-reading.ts'
import { ListingFollower, withKnownAddresses } from '../../../../infra/local/console/fleet-listing.ts'

const listingOf = (addresses: Record<string, string | null>, addressesFault: string | null = null): FleetListing => ({
  ...{ targetGroupArn: null, addressesFault },
  group: { name: 'g', desiredCapacity: 1, zones: [], targetGroupArns: [] },
  sensors: Object.entries(addresses).map(([id, address]) => ({ id, zone: '', instance: null, target: null, address })),
})

/** An AWS whose answers the test gives. */
function scripted() {
  const asked: PromiseWithResolvers<FleetListing>[] = []
  const read = () => {
    const next = Promise.withResolvers<FleetListing>()
    asked.push(next)
    return next.promise
  }
  return { asked, follower: new ListingFollower(read, 10) }
}
const one = listingOf({ 'i-1': '10.0.0.1' })
const two = listingOf({ 'i-1': '10.0.0.1', 'i-2': '10.0.0.2' })
const settled = () => new Promise((resolve) => setImmediate(resolve))

describe('the listing of a fleet', () => {
  it('is waited for once, and asked again after an interval without keeping anybody waiting', async () => {
    const { asked, follower } = scripted()
    const first = follower.look(0)
    asked[0]?.resolve(one)
    expect(await first).toEqual({ listing: one, fault: null })
    await follower.look(9_999)
    expect(asked).toHaveLength(1)
    expect(await follower.look(10_000)).toEqual({ listing: one, fault: null })
    expect(await follower.look(25_000)).toEqual({ listing: one, fault: null })
    expect(asked).toHaveLength(2)
    asked[1]?.resolve(two)
    await settled()
    expect(await follower.look(25_001)).toMatchObject({ fault: null })
    expect(asked).toHaveLength(3)
  })

  it('stays, with a fault beside it, while AWS refuses, and the fault goes when AWS answers', async () => {
    const { asked, follower } = scripted()
    const first = follower.look(0)
    asked[0]?.resolve(one)
    await first
    await follower.look(10_000)
    asked[1]?.reject(new FleetUnread('DescribeTargetHealth: AccessDenied'))
    await settled()
    expect(await follower.look(10_001)).toEqual({ listing: one, fault: 'DescribeTargetHealth: AccessDenied' })
    await follower.look(20_000)
    asked[2]?.resolve(two)
    await settled()
    expect(await follower.look(20_001)).toEqual({ listing: two, fault: null })
  })

  it('that never came is a fault alone', async () => {
    const { asked, follower } = scripted()
    const first = follower.look(0)
    asked[0]?.reject(new Error('no credentials'))
    expect(await first).toEqual({ listing: null, fault: 'no credentials' })
    expect(await follower.look(1)).toEqual({ listing: null, fault: 'no credentials' })
    expect(asked).toHaveLength(1)
  })

  it('is asked for when the clock was set back', async () => {
    const { asked, follower } = scripted()
    const first = follower.look(1_000_000)
    asked[0]?.resolve(one)
    await first
    await follower.look(0)
    expect(asked).toHaveLength(2)
  })
})

describe('addresses', () => {
  it('are remembered only while EC2 does not tell them', () => {
    const untold = listingOf({ 'i-1': null, 'i-2': null }, 'throttled')
    const addresses = (listing: FleetListing) => listing.sensors.map(({ address }) => address)
    expect(addresses(withKnownAddresses(untold, one))).toEqual(['10.0.0.1', null])
    expect(addresses(withKnownAddresses(untold, null))).toEqual([null, null])
    expect(addresses(withKnownAddresses(listingOf({ 'i-1': null }), one))).toEqual([null])
  })
})
