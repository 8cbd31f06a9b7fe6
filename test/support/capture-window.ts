import fc from 'fast-check'
import type { CaptureWindow, Limits } from '../../healthcheck/capture.ts'

/** A sensor at work with which nothing is wrong. */
export const healthyWindow: CaptureWindow = {
  windowSeconds: 10,
  suricataUp: true,
  socketSilentSeconds: 0,
  engineStandstillSeconds: 1,
  captureStandstillSeconds: 0,
  countersAgeSeconds: 1,
  receivedPackets: 50_000,
  receiveSilenceSeconds: 0,
  capturePackets: 50_000,
  captureDrops: 0,
  workerBusyRatioMax: 0.4,
  memcapPressureRatio: 0.2,
  rulesLoaded: 40_000,
  rulesRejected: 0,
  diskFreeRatio: 0.6,
  draining: false,
  failedSources: [],
}

const seconds = fc.oneof(fc.integer({ min: 0, max: 12 }), fc.double({ min: 0, max: 1e6, noNaN: true }))
const count = fc.oneof(fc.integer({ min: 0, max: 20 }), fc.maxSafeNat())
const ratio = fc.double({ min: 0, max: 1.2, noNaN: true })
const orUnknown = <T>(figure: fc.Arbitrary<T>) => fc.option(figure, { nil: null })

/** Figures of a sensor that is busy or short of something, at most. */
const busyFigures = {
  receiveSilenceSeconds: orUnknown(seconds),
  capturePackets: orUnknown(count),
  captureDrops: orUnknown(count),
  workerBusyRatioMax: orUnknown(ratio),
  memcapPressureRatio: orUnknown(ratio),
  countersAgeSeconds: seconds,
  rulesLoaded: orUnknown(count),
  rulesRejected: count,
  diskFreeRatio: orUnknown(ratio),
  failedSources: fc.array(fc.constantFrom('dump-counters', 'iface-stat', 'softnet', 'disk'), { maxLength: 4 }),
}

/** Windows in which nothing is broken, however busy the sensor is. */
export const busyWindows: fc.Arbitrary<CaptureWindow> = fc
  .record(busyFigures)
  .map((figures) => ({ ...healthyWindow, ...figures }))

/** Any window that working readers can give. */
export const windows: fc.Arbitrary<CaptureWindow> = fc.record({
  windowSeconds: fc.integer({ min: 1, max: 300 }),
  suricataUp: fc.boolean(),
  socketSilentSeconds: seconds,
  engineStandstillSeconds: seconds,
  captureStandstillSeconds: seconds,
  receivedPackets: orUnknown(count),
  draining: fc.boolean(),
  ...busyFigures,
})

const limit = fc.oneof(fc.integer({ min: 0, max: 12 }), ratio)

export const limits: fc.Arbitrary<Limits> = fc.record({
  socketSilentSeconds: limit,
  engineStandstillSeconds: limit,
  captureStandstillSeconds: limit,
  receivingPacketsPerSecond: limit,
  receiveSilenceSeconds: limit,
  elevatedLossRatio: ratio,
  criticalLossRatio: ratio,
  workerBusyRatio: ratio,
  memcapPressureRatio: ratio,
  countersAgeSeconds: limit,
  rulesLoaded: limit,
  diskFreeRatio: ratio,
})

/** Numbers that no figure can be. */
export const impossibleNumbers = fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -1)
