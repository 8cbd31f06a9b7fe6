/** The shape of one row of the catalogue (metrics.ts). */

export const counter = <
  const Name extends `sensor_${string}_total`,
  const Labels extends readonly string[] = readonly [],
>(
  name: Name,
  help: string,
  ...labels: Labels
) => ({ type: 'counter', name, help, labels }) as const

export const gauge = <const Name extends `sensor_${string}`, const Labels extends readonly string[] = readonly []>(
  name: Name,
  help: string,
  ...labels: Labels
) => ({ type: 'gauge', name, help, labels }) as const
