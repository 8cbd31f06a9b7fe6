import { Template } from 'aws-cdk-lib/assertions'
import { describe, expect, it } from 'vitest'
import { sensorPort } from '../../../../infra/aws/constructs/sensor-port.ts'
import { Environment } from '../../../../sensor-agent/config.ts'
import { toEntryStacks, toExampleFleet } from '../../../support/aws/fleet-app.ts'
import { toSecurityRules } from '../../../support/aws/template-reading.ts'

const fleet = toExampleFleet('single-vpc-nlb')
const toTemplate = (imageId?: string) => {
  const instances = { ...fleet.aws.instances, ...(imageId === undefined ? {} : { imageId }) }
  return Template.fromStack(toEntryStacks({ ...fleet, aws: { ...fleet.aws, instances } }).entry)
}
const template = toTemplate()
const withImage = toTemplate('ami-0a1b2c3d4e5f60718')

describe('security groups of the sensors', () => {
  it('open the port that the agent listens at unless it is told another', () => {
    expect(Environment.properties.SENSOR_HTTP_PORT).toMatchObject({ default: sensorPort.http })
  })

  it('let sensors out by HTTPS, and to a package archive only where they install from it', () => {
    expect(toSecurityRules(template, 'Egress')['Sensors of single-vpc']).toEqual([
      'tcp/443 0.0.0.0/0',
      'tcp/80 0.0.0.0/0',
    ])
    expect(toSecurityRules(withImage, 'Egress')['Sensors of single-vpc']).toEqual(['tcp/443 0.0.0.0/0'])
  })

  it('let a scraper reach the sensors and nothing else, and nobody reach it', () => {
    const name = 'For the Prometheus that scrapes the sensors of single-vpc'
    expect(toSecurityRules(template, 'Egress')[name]).toEqual(['tcp/9100 Sensors of single-vpc'])
    expect(toSecurityRules(template, 'Ingress')[name]).toEqual([])
  })

  it('let nobody in by SSH, and nothing in from everywhere', () => {
    const rules = Object.values(toSecurityRules(template, 'Ingress')).flat()
    expect(rules.filter((rule) => rule.includes('/22 ') || rule.includes('0.0.0.0/0'))).toEqual([])
  })
})
