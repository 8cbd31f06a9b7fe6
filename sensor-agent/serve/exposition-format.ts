import { Registry } from 'prom-client'

/** The two formats of /metrics with their content types: Prometheus text 0.0.4, and OpenMetrics 1.0. */
export const contentTypes = {
  text: Registry.PROMETHEUS_CONTENT_TYPE,
  openMetrics: Registry.OPENMETRICS_CONTENT_TYPE,
} as const
export type ExpositionFormat = keyof typeof contentTypes

/** Ranges of Accept (RFC 9110, section 12.5.1) that each format is in. Of OpenMetrics we have no version but 1.0. */
const ranges: Readonly<Record<ExpositionFormat, (type: string, version: string | undefined) => boolean>> = {
  text: (type) => ['text/plain', 'text/*', '*/*'].includes(type),
  openMetrics: (type, version) =>
    type === 'application/openmetrics-text' && (version === undefined || version.startsWith('1.')),
}

/** OpenMetrics for those who name it and do not prefer text; text for everybody else. */
export function chooseFormat(accept: string | undefined): ExpositionFormat {
  const offers = (accept ?? '*/*').split(',').map(decodeRange)
  const quality = (format: ExpositionFormat): number =>
    Math.max(0, ...offers.filter(({ type, version }) => ranges[format](type, version)).map((offer) => offer.quality))
  const openMetrics = quality('openMetrics')
  return openMetrics > 0 && openMetrics >= quality('text') ? 'openMetrics' : 'text'
}

/** `type/subtype;version=…;q=0.5`; a quality that is none counts as 0. */
function decodeRange(text: string): { readonly type: string; readonly version?: string; readonly quality: number } {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase())
  const values = new Map(parameters.map((parameter) => [parameter.split('=')[0], parameter.split('=')[1]]))
  const version = values.get('version')
  const quality = Number(values.get('q') ?? 1)
  return { type, quality: quality >= 0 && quality <= 1 ? quality : 0, ...(version === undefined ? {} : { version }) }
}
