import { describe, expect, it } from 'vitest'
import { decodeMessage, decodeRequest } from '../../../../infra/local/load-balancer/messages.ts'

const target = { id: 'sensor-1', zone: 'local-a', address: '198.18.2.11', healthPort: 9100 }
const health = { id: 'sensor-1', zone: 'local-a', address: '198.18.2.11', state: 'healthy', reasonCode: null }

describe('decodeRequest', () => {
  it.each([
    { type: 'describe', requestId: 0 },
    { type: 'register', requestId: 1, target },
    { type: 'deregister', requestId: 2, id: 'sensor-1' },
  ])('takes $type', (request) => {
    expect(decodeRequest(request)).toEqual(request)
  })

  it.each([
    null,
    'describe',
    { type: 'describe' },
    { type: 'register', requestId: 1, target: { ...target, address: '198.18.2.11 }' } },
    { type: 'stop', requestId: 1 },
  ])('does not take %j', (raw) => {
    expect(decodeRequest(raw)).toBeNull()
  })
})

describe('decodeMessage', () => {
  it.each([
    { type: 'ready' },
    { type: 'done', requestId: 1 },
    { type: 'refused', requestId: 1, reason: 'no target x' },
    { type: 'changed', target: health, failOpen: false },
    {
      type: 'description',
      requestId: 1,
      targets: [{ ...health, forwardedPackets: 3 }],
      failOpen: false,
      receivedPackets: 3,
      forwardedPackets: 3,
      noTargetPackets: 0,
    },
  ])('takes $type', (message) => {
    expect(decodeMessage(message)).toEqual(message)
  })

  it.each([null, {}, { type: 'changed', target: { ...health, state: 'dead' }, failOpen: false }])(
    'does not take %j',
    (raw) => expect(decodeMessage(raw)).toBeNull(),
  )
})
