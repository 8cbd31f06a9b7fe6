import type { PlaceReading, SensorReading } from './source.ts'

/** The place where packets reach the engine. */
export const capture = 'af-packet'

/** A counter of a sensor's place; null where the sensor is not there, or does not know it. */
export const toPlaceCount = (
  sensor: SensorReading | undefined,
  place: string,
  field: Exclude<keyof PlaceReading, 'place'>,
): number | null => sensor?.funnel.find((one) => one.place === place)?.[field] ?? null

export const isCounting = (sensor: SensorReading): boolean => toPlaceCount(sensor, capture, 'packets') !== null

/** Nobody captures there. Whether one does that is not unhealthy and does not know its counters, nobody can tell. */
export const isSilent = (sensor: SensorReading | undefined): boolean =>
  sensor?.status === 'silent' || (sensor?.status === 'unhealthy' && !isCounting(sensor))
