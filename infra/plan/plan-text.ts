import type { MonthlyDollars } from './cost.ts'
import type { Plan } from './plan.ts'
import { priceDates, priceRegion } from './prices.ts'

const labels: Readonly<Record<keyof MonthlyDollars, string>> = {
  instances: 'instances',
  storage: 'volumes',
  loadBalancer: 'load balancer and its capacity units',
  endpoints: 'gateway endpoints',
  mirrorSessions: 'mirror sessions',
  crossZone: 'traffic between zones',
  natGateways: 'NAT gateways',
  total: 'total',
}

const isPart = (name: string): name is keyof MonthlyDollars => Object.hasOwn(labels, name)
const toDollars = (dollars: number): string => `$${Math.round(dollars).toLocaleString('en-US')}`
const toFigure = (value: number): string => String(Number(value.toPrecision(4)))

/** A plan for a person. */
export function toPlanText({ instanceType, instances, monthlyDollars, limits, comparison, assumptions }: Plan): string {
  const parts = Object.keys(labels).filter(isPart)
  const shown = parts.filter((part) => monthlyDollars[part] > 0)
  const money = shown.map((part) => [labels[part], toDollars(monthlyDollars[part])])
  const { oneInstance, networkFirewall } = comparison
  return [
    `${instances} x ${instanceType}`,
    '',
    `a month, by the list prices of ${priceRegion} (${priceDates})`,
    ...toLines(money),
    '',
    'the same traffic otherwise',
    `  AWS Network Firewall, in line: ${toDollars(networkFirewall)}`,
    oneInstance === null
      ? '  one instance: none carries the load, or takes so many sources'
      : `  a single ${oneInstance.instanceType}, without a spare: ${toDollars(oneInstance.monthlyDollars)}`,
    '',
    'limits',
    ...toLines(
      limits.map(({ name, value, limit, ok }) => [name, `${toFigure(value)} of ${limit}`, ok ? 'ok' : 'CROSSED']),
    ),
    ...limits.filter(({ ok }) => !ok).map(({ name, meaning }) => `  ${name}: ${meaning}`),
    '',
    'assumptions',
    ...assumptions.map((sentence) => `  - ${sentence}`),
  ].join('\n')
}

function toLines(rows: readonly (readonly string[])[]): readonly string[] {
  const width = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0))
  return rows.map((row) =>
    `  ${row.map((cell, i) => (i === 1 ? cell.padStart(width(i)) : cell.padEnd(width(i)))).join('  ')}`.trimEnd(),
  )
}
