import { gbpsPerVcpu, packetsPerSecondPerVcpu } from './capacity.ts'
import type { PlanRequest } from './plan.ts'
import { instancePriceDate, type Price, priceRegion, prices } from './prices.ts'

const priceTable: Readonly<Record<string, Price>> = prices
const toWords = ({ dollars, per, source, date }: Price): string => `$${dollars} per ${per} (${source}; ${date})`

/** What the plan rests on and nobody has proven, each in a sentence, for a person. */
export function toAssumptions(request: PlanRequest): readonly string[] {
  const { loadBalancer, workerBusyPercent, region, zones, gbps, packetsPerSecond, sources, hours } = request
  const bytes = Math.round((gbps * 1e9) / 8 / packetsPerSecond)
  const unverified = Object.values(priceTable).filter(({ verified }) => !verified)
  return [
    `A vCPU inspects ${gbpsPerVcpu} Gbps: a planning figure (arkime/aws-aio: 2 Gbps for an m5.xlarge; published Suricata runs: 0.36 to 0.83 Gbps a hyperthread). Rules and traffic change it several times over: measure yours.`,
    `A vCPU takes ${packetsPerSecondPerVcpu} packets/s at most: half of what a core took in npm run bench on 2026-11-26, on a small virtual machine and with the distribution’s rules alone; not measured on AWS.`,
    `Sensors are kept ${workerBusyPercent} % busy by packets and by bandwidth; the figure in Gbps has its reserve already.`,
    `${gbps} Gbps in ${Math.round(packetsPerSecond)} packets/s of ${bytes} bytes, from ${sources} mirrored interfaces, flow for ${hours} hours of the month and spread evenly over the sensors.`,
    ...(zones === 1
      ? []
      : [
          `${zones - 1} of ${zones} mirrored bytes cross to another zone: sources and sensors are spread evenly over all zones.`,
        ]),
    `Prices are of ${priceRegion}, on demand, without discounts and taxes; instances as of ${instancePriceDate}.${region === null || region === priceRegion ? '' : ` The fleet is in ${region}, where they differ.`}`,
    ...unverified.map((price) => `Unverified: ${toWords(price)}.`),
    ...(request.instanceType === null && loadBalancer !== 'none'
      ? [
          'c6in.large is chosen only when it is asked for: 4 GiB are little for a full ruleset beside flow tables and rings.',
        ]
      : []),
    'Not included: CloudWatch (metrics, alarms, dashboard), KMS keys and their requests, logs and their storage beyond the volumes, data through NAT gateways, interface endpoints, mirror sessions of others, support.',
  ]
}
