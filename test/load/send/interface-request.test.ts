import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { interfaceDriver, interfaceMtu } from '../../../load/send/interface-request.ts'

describe('what the kernel says of an interface', () => {
  it('is the MTU that /sys shows', () => {
    expect(interfaceMtu('lo')).toBe(Number(readFileSync('/sys/class/net/lo/mtu', 'utf8')))
  })

  it('is an error or nothing when there is none of that name', () => {
    expect(() => interfaceMtu('nowhere0')).toThrow('"nowhere0": ENODEV')
    expect(interfaceDriver('nowhere0')).toBeNull()
  })
})
