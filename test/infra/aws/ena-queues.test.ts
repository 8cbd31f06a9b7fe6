import { describe, expect, it } from 'vitest'
import { toEnaQueueCount } from '../../../infra/aws/ena-queues.ts'

describe('receive queues of one interface', () => {
  // EC2 guide, "ENA queues" (aws.md 4): vCPUs, default and most queues of each size.
  it.each([
    ['c6in.large', 2, 2, 2],
    ['c6in.xlarge', 4, 4, 4],
    ['c6in.2xlarge', 8, 8, 8],
    ['c6in.4xlarge', 16, 8, 16],
    ['c6in.8xlarge', 32, 16, 32],
    ['c6in.12xlarge', 48, 16, 32],
    ['c6in.16xlarge', 64, 16, 32],
    ['c6in.24xlarge', 96, 32, 32],
    ['c6in.32xlarge', 128, 32, 32],
  ] as const)('of %s are as many as it can have', (instanceType, vcpus, byDefault, most) => {
    const count = toEnaQueueCount(instanceType) ?? byDefault
    expect(count).toBe(most)
    expect(count).toBeLessThanOrEqual(vcpus)
    expect(Math.log2(count) % 1).toBe(0)
  })
})
