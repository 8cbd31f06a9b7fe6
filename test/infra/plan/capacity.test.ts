import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { instanceSizes, instanceTypes, packetsPerSecondPerVcpu, toSensors } from '../../../infra/plan/capacity.ts'
import { instanceDollarsPerHour } from '../../../infra/plan/prices.ts'
import { projectRoot } from '../../support/source-files.ts'

const share = { workerBusyPercent: 50 }

it('what is scarcest decides', () => {
  const idle = { gbps: 0.001, packetsPerSecond: 1, wireGbps: 0.001 }
  const xlarge = (load: Partial<typeof idle>) => toSensors('c6in.xlarge', { ...idle, ...load }, share)
  expect(xlarge({})).toBe(1)
  expect(xlarge({ gbps: 2 })).toBe(1)
  expect(xlarge({ gbps: 2.001 })).toBe(2)
  expect(xlarge({ packetsPerSecond: 2 * packetsPerSecondPerVcpu + 1 })).toBe(2)
  expect(xlarge({ wireGbps: 6.25 / 2 + 0.001 })).toBe(2)
})

it('the sizes are in order, and cost in proportion to their vCPUs', () => {
  const vcpus = instanceTypes.map((type) => instanceSizes[type].vcpus)
  expect(vcpus).toEqual([...vcpus].sort((a, b) => a - b))
  for (const type of instanceTypes)
    expect(instanceDollarsPerHour[type] / instanceSizes[type].vcpus).toBeCloseTo(0.0567, 6)
})

it('the measured figure is that of the benchmark it names', () => {
  const folder = join(projectRoot, 'test/bench/results')
  expect(readdirSync(folder)).toContain('2026-11-26.json')
  const { sensor } = JSON.parse(readFileSync(join(folder, '2026-11-26.json'), 'utf8'))
  expect(packetsPerSecondPerVcpu).toBeCloseTo(1e6 / sensor.suricata.cpuSecondsPerMillion / 2, -3.5)
})
