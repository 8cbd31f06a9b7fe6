import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cloudWatchMetrics } from '../../../sensor-agent/cloudwatch.ts'
import { toMetricData } from '../../../sensor-agent/publish/metric-data.ts'
import { funnelPlaces } from '../../../sensor-agent/sample/funnel.ts'
import type { Publication } from '../../../sensor-agent/serve/publication.ts'
import type { ServedVerdict } from '../../../sensor-agent/serve/served-verdict.ts'
import { fullReading, publication } from '../../support/publication.ts'

const served: ServedVerdict = { ready: true, status: 'healthy', findings: [] }
const later = (packets: number, drops: number): Publication =>
  publication({
    reading: {
      ...fullReading,
      atSeconds: 160,
      'iface-stat': { ok: true, value: { packets, drops, invalidChecksums: 0 } },
    },
  })
const data = (last: Publication) => toMetricData({ publications: [publication(), last], served }, 'fleet-sensors')
const group = { Name: 'AutoScalingGroupName', Value: 'fleet-sensors' }

describe('the data of one put', () => {
  it('hold every metric once for the group, and the drops once more for each place', () => {
    const all = data(later(2000, 200))
    const ofGroup = all.filter(({ Dimensions }) => Dimensions.length === 1)
    expect(ofGroup.map(({ MetricName }) => MetricName)).toEqual(Object.keys(cloudWatchMetrics))
    expect(ofGroup.map(({ Dimensions }) => Dimensions)).toEqual(ofGroup.map(() => [group]))
    const byPlace = all.filter(({ Dimensions }) => Dimensions.length === 2)
    expect(new Set(byPlace.map(({ MetricName }) => MetricName))).toEqual(new Set(['Drops']))
    const places = byPlace.map(({ Dimensions }) => Dimensions[1]?.Value)
    expect(funnelPlaces.filter((place) => places.includes(place))).toEqual(places)
    expect(byPlace.find(({ Dimensions }) => Dimensions[1]?.Value === 'af-packet')?.Value).toBe(100)
  })

  it('are figures that CloudWatch takes, whatever the counters say', () => {
    const any = fc.double()
    fc.assert(
      fc.property(any, any, (packets, drops) => {
        for (const { Value, Unit } of data(later(packets, drops))) {
          expect(Number.isFinite(Value) && Value >= 0).toBe(true)
          expect(['Count', 'Percent', 'None']).toContain(Unit)
        }
      }),
    )
  })
})
