import type { SensorReading } from './source.ts'

/** The place where packets reach the engine. */
export const capture = 'af-packet'

export const isCounting = ({ funnel }: SensorReading): boolean =>
  (funnel.find(({ place }) => place === capture)?.packets ?? null) !== null

/** Nobody captures there. Whether one does that is not unhealthy and does not know its counters, nobody can tell. */
export const isSilent = (sensor: SensorReading | undefined): boolean =>
  sensor?.status === 'silent' || (sensor?.status === 'unhealthy' && !isCounting(sensor))
