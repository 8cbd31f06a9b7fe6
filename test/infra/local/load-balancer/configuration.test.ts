import { describe, expect, it } from 'vitest'
import { decodeConfiguration } from '../../../../infra/local/load-balancer/configuration.ts'

const target = { id: 'sensor-1', zone: 'local-a', address: '198.18.2.11', healthPort: 9100 }
const healthCheck = { intervalSeconds: 5, timeoutSeconds: 2, healthyThreshold: 2, unhealthyThreshold: 2 }
const right = { address: '198.18.1.10', port: 4789, targets: [target], healthCheck, deregistrationDelaySeconds: 120 }

const pathsOf = (configuration: unknown) => {
  const decoded = decodeConfiguration(JSON.stringify(configuration))
  return decoded.ok ? [] : decoded.complaints.map((complaint) => complaint.split(':')[0])
}

describe('decodeConfiguration', () => {
  it('takes what a region gives it', () => {
    expect(decodeConfiguration(JSON.stringify(right))).toEqual({ ok: true, value: right })
  })

  it('takes an interval of 1 s, which AWS does not', () => {
    expect(pathsOf({ ...right, healthCheck: { ...healthCheck, intervalSeconds: 1, timeoutSeconds: 1 } })).toEqual([])
  })

  it.each<[readonly string[], unknown]>([
    [['address'], { ...right, address: '198.18.1.256' }],
    [
      ['address', 'targets[0].id', 'targets[0].address'],
      { ...right, address: 'x; drop', targets: [{ ...target, id: 'a b', address: '}' }] },
    ],
    [['port'], { ...right, port: 0 }],
    [['targets[1].id', 'targets[1].address'], { ...right, targets: [target, target] }],
    [['targets[0].address'], { ...right, address: target.address }],
    [['healthCheck.timeoutSeconds'], { ...right, healthCheck: { ...healthCheck, timeoutSeconds: 6 } }],
    [['unhealthyFlows'], { ...right, unhealthyFlows: 'drop' }],
  ])('complains about %j', (paths, configuration) => {
    expect(pathsOf(configuration)).toEqual(paths)
  })

  it.each([undefined, '', '{', '[1'])('says that it wants JSON when given %j', (text) => {
    const decoded = decodeConfiguration(text)
    expect(decoded.ok ? [] : decoded.complaints.join()).toMatch(/^--config: got .*, allowed is one JSON object$/)
  })
})
