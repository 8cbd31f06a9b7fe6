import type { InstanceType } from '../aws-deployment.ts'

/**
 * Receive queues of one interface, where AWS gives fewer than the size can have (EC2 guide, "ENA queues"; aws.md 4): the most
 * allowed, which is a power of 2 and at most the vCPUs. Each capture worker then has a queue, and an outer flow stays on one.
 * Sizes that are not listed get as many as they have vCPUs, or 32, by default.
 */
const enaQueueCounts: Partial<Record<InstanceType, number>> = {
  'c6in.4xlarge': 16,
  'c6in.8xlarge': 32,
  'c6in.12xlarge': 32,
  'c6in.16xlarge': 32,
}

/** @returns undefined where the default is already the maximum */
export const toEnaQueueCount = (instanceType: InstanceType): number | undefined => enaQueueCounts[instanceType]
