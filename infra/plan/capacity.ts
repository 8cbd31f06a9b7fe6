import type { InstanceType } from '../aws-deployment.ts'

interface InstanceSize {
  readonly vcpus: number
  /** What it has always, not in a burst (AWS: compute optimized instances, network specifications). */
  readonly baselineGbps: number
}

/** Smallest first. */
export const instanceSizes: Readonly<Record<InstanceType, InstanceSize>> = {
  'c6in.large': { vcpus: 2, baselineGbps: 3.125 },
  'c6in.xlarge': { vcpus: 4, baselineGbps: 6.25 },
  'c6in.2xlarge': { vcpus: 8, baselineGbps: 12.5 },
  'c6in.4xlarge': { vcpus: 16, baselineGbps: 25 },
  'c6in.8xlarge': { vcpus: 32, baselineGbps: 50 },
  'c6in.12xlarge': { vcpus: 48, baselineGbps: 75 },
  'c6in.16xlarge': { vcpus: 64, baselineGbps: 100 },
  'c6in.24xlarge': { vcpus: 96, baselineGbps: 150 },
  // Two network cards; a sensor captures on one.
  'c6in.32xlarge': { vcpus: 128, baselineGbps: 100 },
}

export const isInstanceType = (word: string): word is InstanceType => Object.hasOwn(instanceSizes, word)
export const instanceTypes: readonly InstanceType[] = Object.keys(instanceSizes).filter(isInstanceType)

/**
 * What one vCPU inspects. A planning figure, not a maximum: arkime/aws-aio plans 2 Gbps for an m5.xlarge (4 vCPUs), and
 * published runs of Suricata with full rulesets have 0.36 to 0.83 Gbps a hyperthread without loss.
 */
export const gbpsPerVcpu = 0.5

/**
 * CPU seconds of a sensor for a million packets: test/bench/results/2026-11-26.json, "suricata", engine and receiving, median of five,
 * with the rules of the distribution and our own, on one core of a small virtual machine; each flow was new to the engine.
 */
const measuredCpuSecondsPerMillion = 14.3
/** A vCPU is a hyperthread: half a core. */
const coresPerVcpu = 0.5
export const packetsPerSecondPerVcpu = Math.floor((1e6 / measuredCpuSecondsPerMillion) * coresPerVcpu)

/** Bytes before each mirrored packet: VXLAN in IPv4 and, from a gateway, GENEVE with AWS's options (aws.md 0.11). */
export const vxlanBytes = 54
export const geneveBytes = 68

export interface Load {
  readonly gbps: number
  readonly packetsPerSecond: number
  /** With all envelopes, as the sensors receive it. */
  readonly wireGbps: number
}

/** Share of a sensor's measured capacity and bandwidth that is planned with: where the fleet's own scaling keeps it. */
export interface Headroom {
  readonly workerBusyPercent: number
}

/** Sensors of this type that carry the load; what is scarcest decides. At least one. */
export function toSensors(type: InstanceType, load: Load, { workerBusyPercent }: Headroom): number {
  const { vcpus, baselineGbps } = instanceSizes[type]
  const share = workerBusyPercent / 100
  const needs = [
    load.gbps / (vcpus * gbpsPerVcpu),
    load.packetsPerSecond / (vcpus * packetsPerSecondPerVcpu * share),
    load.wireGbps / (baselineGbps * share),
  ]
  return Math.max(1, Math.ceil(Math.max(...needs)))
}
