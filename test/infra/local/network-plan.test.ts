import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toNetworkPlan } from '../../../infra/local/network-plan.ts'

const members = (sources: number, sensors: number) => ({
  sources: Array.from({ length: sources }, (_, n) => ({ name: `source-${n + 1}`, zone: 'a' })),
  sensors: Array.from({ length: sensors }, (_, n) => ({ id: `sensor-${n + 1}`, zone: 'a' })),
})

describe('toNetworkPlan', () => {
  it('gives every member an address, a MAC and a namespace of its own, all inside 198.18.0.0/15', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 200 }), (sources, sensors) => {
        const plan = toNetworkPlan('ab12', members(sources, sensors))
        const addresses = [
          ...[plan.resolverAddress, plan.webAddress, plan.loadBalancer.address],
          ...[...plan.sources, ...plan.sensors].map((member) => member.address),
        ]
        const macs = plan.sources.flatMap((source) => [source.mirrorMac, source.loadBalancerMac])
        const namespaces = [plan.internet, plan.loadBalancer, ...plan.sources, ...plan.sensors].map((m) => m.namespace)
        for (const names of [addresses, macs, namespaces]) expect(new Set(names).size).toBe(names.length)
        expect(addresses.every((address) => /^198\.1[89]\.\d{1,3}\.\d{1,3}$/.test(address))).toBe(true)
        expect(addresses.every((address) => address.split('.').every((octet) => Number(octet) <= 255))).toBe(true)
        expect(macs.every((mac) => /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(mac))).toBe(true)
      }),
    )
  })

  it('keeps two regions apart by their namespaces', () => {
    const one = toNetworkPlan('ab12', members(1, 1))
    const other = toNetworkPlan('cd34', members(1, 1))
    expect(one.sensors[0]?.namespace).not.toBe(other.sensors[0]?.namespace)
  })
})
