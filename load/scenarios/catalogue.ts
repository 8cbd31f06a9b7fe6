import { awsOuterPorts } from '../packet/outer-port.ts'
import type { Scenario } from '../scenario.ts'
import { fixed, fullSized, imix, jumbo } from './frame-mixes.ts'

const usual = {
  seed: 1,
  sources: { count: 8, virtualNetworks: 2, sameInnerAddresses: false },
  directions: 'both',
  outerPorts: awsOuterPorts,
  packets: 1_000_000,
  seconds: 10,
} as const
const perSecond = (packets: number) => ({ unit: 'packets', perSecond: packets }) as const
const http = { kind: 'http', requests: 1, responseBytes: 1200, segmentBytes: 1448 } as const
const tls = { kind: 'tls', responseBytes: 1200, segmentBytes: 1448 } as const

/** More flows than one run will finish. */
const endless = 1_000_000_000

export const scenarios: readonly Scenario[] = [
  {
    ...usual,
    name: 'steady',
    summary: 'a bit of everything, at an even rate',
    flows: [
      { ...http, concurrent: 80 },
      { ...http, concurrent: 16, ipVersion: 6 },
      { ...tls, concurrent: 32, version: '1.3' },
      { ...tls, concurrent: 16, version: '1.2' },
      { kind: 'dns', concurrent: 32 },
      { kind: 'udp', concurrent: 48, frameBytes: imix, passes: 2 },
      { kind: 'tcp', concurrent: 32, frameBytes: imix, passes: 4 },
    ],
    rate: perSecond(20_000),
  },
  {
    ...usual,
    name: 'imix',
    summary: 'UDP and TCP in the Internet mix of frame sizes',
    flows: [
      { kind: 'udp', concurrent: 128, frameBytes: imix, passes: 8 },
      { kind: 'tcp', concurrent: 128, frameBytes: imix, passes: 8 },
    ],
    rate: perSecond(50_000),
  },
  {
    ...usual,
    name: 'http-audit',
    summary: 'HTTP only; every request must be logged exactly once',
    flows: [
      { ...http, concurrent: 96 },
      { ...http, concurrent: 16, requests: 8 },
      { ...http, concurrent: 16, ipVersion: 6 },
    ],
    rate: perSecond(10_000),
    packets: 100_000,
  },
  {
    ...usual,
    name: 'burst',
    summary: 'many short flows as fast as it goes, for a moment',
    flows: [
      { ...http, concurrent: 256, responseBytes: 200 },
      { kind: 'udp', concurrent: 256, frameBytes: fixed(2, 200), passes: 1 },
    ],
    rate: null,
    packets: 200_000,
    seconds: 2,
  },
  {
    ...usual,
    name: 'elephant',
    summary: 'four long TCP flows of full-sized frames',
    sources: { count: 2, virtualNetworks: 1, sameInnerAddresses: false },
    flows: [{ kind: 'tcp', concurrent: 4, frameBytes: fullSized, passes: endless }],
    rate: perSecond(50_000),
  },
  {
    ...usual,
    name: 'few-enis',
    summary: 'two busy interfaces behind two outer ports each: many flows, four buckets',
    sources: { count: 2, virtualNetworks: 1, sameInnerAddresses: false },
    flows: [
      { kind: 'udp', concurrent: 128, frameBytes: imix, passes: 8 },
      { kind: 'tcp', concurrent: 96, frameBytes: imix, passes: 8 },
      { ...http, concurrent: 32 },
    ],
    outerPorts: { first: 65408, count: 2 },
    rate: perSecond(50_000),
  },
  {
    ...usual,
    name: 'dns-resolver',
    summary: 'queries to the VPC resolver, whose replies all have outer port 65408',
    flows: [{ kind: 'dns', concurrent: 256 }],
    rate: perSecond(10_000),
    packets: 100_000,
  },
  {
    ...usual,
    name: 'jumbo',
    summary: 'the longest frames that every part of the path must carry',
    flows: [
      { kind: 'tcp', concurrent: 24, frameBytes: jumbo, passes: 8 },
      { ...http, concurrent: 8, responseBytes: 60_000, segmentBytes: 8392 },
    ],
    rate: perSecond(5_000),
    packets: 50_000,
  },
  {
    ...usual,
    name: 'malformed',
    summary: 'packets broken in some thirty ways, and good traffic among them',
    flows: [
      { kind: 'malformed', concurrent: 192 },
      { ...http, concurrent: 24 },
      { ...tls, concurrent: 4, version: '1.3' },
      { kind: 'dns', concurrent: 4 },
    ],
    rate: perSecond(50_000),
    seconds: 60,
  },
  {
    ...usual,
    name: 'canary',
    summary: 'packets that must raise a known alert (sid 1000002), one a flow',
    flows: [{ kind: 'canary', concurrent: 4 }],
    rate: perSecond(100),
    packets: 300,
  },
  {
    ...usual,
    name: 'two-tenants',
    summary: 'the same five-tuples in two virtual networks',
    sources: { count: 2, virtualNetworks: 2, sameInnerAddresses: true },
    flows: [{ ...http, concurrent: 32 }],
    rate: perSecond(2_000),
    packets: 10_000,
  },
]

export const findScenario = (name: string): Scenario | undefined => scenarios.find((scenario) => scenario.name === name)
