import { createHash } from 'node:crypto'
import { dirname } from 'node:path'
import { toDeviceName } from '../decapsulation.ts'
import { toCaptureFilter } from './capture-filter.ts'
import { blockBytes, longestPacketBytes, toCaptureRing } from './capture-ring.ts'
import { loggingRows, outputs } from './suricata-outputs.ts'
import type { SuricataSettings } from './suricata-settings.ts'
import { list, type Row, rows, toYaml } from './yaml.ts'

/**
 * The engine's whole configuration, for Suricata 7 and 8; nothing is included from the distribution's file. A row with a
 * comment deviates from the configuration that the engine ships with, or is asked about, for that reason; a row without
 * one is needed, or is as shipped.
 */
export const toSuricataYaml = (settings: SuricataSettings): string =>
  `%YAML 1.1\n---\n${toYaml([
    ...engineRows(settings),
    ['vars', rows(['address-groups', rows(...addressGroups(settings.homeNets))], ['port-groups', rows(...portGroups)])],
    ['af-packet', list(rows(...captureRows(settings)), ...deviceRows(settings).map((device) => rows(...device)))],
    ['livedev', rows(['use-for-tracking', true, 'Equal addresses of two tenants, on two devices, are two flows.'])],
    ...trafficRows,
    ['app-layer', rows(['protocols', rows(...industrialProtocols)])],
    ...detectionRows(settings),
    [
      'stats',
      rows(['enabled', true], ['interval', 1, 'A verdict needs figures no older than a sample; 8 s by default.']),
    ],
    ['outputs', list(...outputs.map((output) => rows(output)))],
    ['logging', rows(...loggingRows(settings))],
  ])}`

const engineRows = ({ interface: name, ringMebibytes, logDir, stateDir, socketPath }: SuricataSettings): Row[] => [
  ['default-log-dir', logDir],
  ['runmode', 'workers', 'One thread takes a packet from the ring to the logs; TPACKET_V3 exists in this mode only.'],
  [
    'max-pending-packets',
    toCaptureRing(ringMebibytes).maxPendingPackets,
    'At most the frames of one ring: for more the engine would enlarge the ring.',
  ],
  [
    'default-packet-size',
    longestPacketBytes,
    `Also the length to which the capture filter cuts a packet: room for jumbo frames in an envelope on ${name}.`,
  ],
  ['unix-command', rows(['enabled', true, 'The agent asks here for counters and reloads.'], ['filename', socketPath])],
  [
    'security',
    rows(
      ['limit-noproc', true, 'It starts no program.'],
      [
        'landlock',
        rows(
          ['enabled', true, 'It parses hostile input: it may read its configuration and write its logs, nothing else.'],
          [
            'directories',
            rows(['read', list('/etc/suricata', stateDir)], ['write', list(logDir, dirname(socketPath))]),
          ],
        ),
      ],
    ),
  ],
  ['coredump', rows(['max-dump', 0, 'A core holds mirrored traffic; it must not lie about on the disk.'])],
]

const addressGroups = (homeNets: readonly string[]): Row[] => [
  ['HOME_NET', `[${homeNets.join(',')}]`, 'SENSOR_HOME_NETS'],
  ['EXTERNAL_NET', '!$HOME_NET'],
  ...['HTTP', 'SMTP', 'SQL', 'DNS', 'TELNET', 'DC'].map((name): Row => [`${name}_SERVERS`, '$HOME_NET']),
  ['AIM_SERVERS', '$EXTERNAL_NET'],
  ...['DNP3', 'MODBUS', 'ENIP'].flatMap((name): Row[] => [
    [`${name}_SERVER`, '$HOME_NET'],
    [`${name}_CLIENT`, '$HOME_NET'],
  ]),
]

const portGroups: readonly Row[] = [
  ['HTTP_PORTS', '80'],
  ['SHELLCODE_PORTS', '!80'],
  ['ORACLE_PORTS', '1521'],
  ['SSH_PORTS', '22'],
  ['DNP3_PORTS', '20000'],
  ['MODBUS_PORTS', '502'],
  ['FILE_DATA_PORTS', '[$HTTP_PORTS,110,143]'],
  ['FTP_PORTS', '21'],
  ['GENEVE_PORTS', '6081'],
  ['VXLAN_PORTS', '4789'],
  ['TEREDO_PORTS', '3544'],
]

const captureRows = (settings: SuricataSettings): Row[] => [
  ['interface', settings.interface],
  ...threadRows(settings),
  ['cluster-id', toFirstClusterId(settings.stateDir), clusterReason],
  [
    'cluster-type',
    'cluster_flow',
    'The kernel hashes the outer five-tuple. Mirroring hashes both directions of a flow to one outer port: one worker.',
  ],
  ...ringRows(settings),
  [
    'bpf-filter',
    toCaptureFilter(settings.vnis),
    "The node's own traffic is neither analysed nor counted: captured = mirrored.",
  ],
]

/** One entry for each VNI that the kernel decapsulates: what comes there is the mirrored packet itself, and nothing else. */
const deviceRows = (settings: SuricataSettings): readonly Row[][] =>
  settings.vnis.map((vni, index) => [
    ['interface', toDeviceName(vni)],
    ['threads', settings.captureThreads === 0 ? 'auto' : settings.captureThreads],
    ['cluster-id', toFirstClusterId(settings.stateDir) + 1 + index, clusterReason],
    ['cluster-type', 'cluster_flow', 'The kernel hashes the inner five-tuple, both directions alike.'],
    ...ringRows(settings),
  ])

/**
 * Fan-out groups of the kernel, one an interface, from here on: 16 bits, at most 65 of them, by the state folder, so that
 * they stay when the agent starts anew. A group that two engines share tears their traffic apart, and Debian's
 * configuration takes 99.
 */
const clusterReason = 'Not the 99 of others: an engine of the same group would get a part of the traffic.'
const toFirstClusterId = (stateDir: string): number =>
  1000 + (createHash('sha256').update(`cluster ${stateDir}`).digest().readUInt32BE(0) % 64_000)

/** Beside devices the interface has two threads at least: the kernel joins fragments for a group of threads only. */
function threadRows({ captureThreads, vnis }: SuricataSettings): Row[] {
  if (captureThreads === 1 && vnis.length > 0)
    return [['threads', 2, 'Two let the kernel join fragments, whose VNI the filter must see.']]
  return [['threads', captureThreads === 0 ? 'auto' : captureThreads]]
}

const ringRows = ({ ringMebibytes }: SuricataSettings): Row[] => [
  ['defrag', true],
  ['tpacket-v3', true],
  ['block-size', blockBytes, 'Above 64 KiB, so that a packet joined from fragments always fits one block.'],
  [
    'ring-size',
    toCaptureRing(ringMebibytes).ringSize,
    `In frames of the longest packet: ${ringMebibytes} MiB a thread.`,
  ],
  ['checksum-checks', 'no', 'Mirroring truncates packets; a truncated one has a wrong checksum and would go unseen.'],
]

const trafficRows: readonly Row[] = [
  ['decoder', rows(...(['vxlan', 'geneve'] as const).map((name) => tunnelRow(name)))],
  [
    'stream',
    rows(
      ['memcap', '64mb'],
      ['checksum-validation', false, 'Mirroring truncates packets; see checksum-checks.'],
      ['midstream', true, 'A mirror session, a restart or a rebalancing starts in the middle of connections.'],
      // One-sided TCP would be a fault of the mirror. Allowing it makes a reordered handshake look one-sided, and load
      // balancers do reorder. DNS, whose replies may reach another sensor, needs no stream.
      ['async-oneside', false],
      ['reassembly', rows(['memcap', '256mb'], ['depth', '1mb'])],
    ),
  ],
  ['flow', rows(['memcap', '128mb'])],
  ['defrag', rows(['memcap', '32mb'])],
  ['host', rows(['memcap', '32mb'])],
]

/** Protocols that the engine leaves out unless they are named. */
const industrialProtocols = (
  [
    ['dnp3', '20000'],
    ['modbus', '502'],
  ] as const
).map(
  ([name, port]): Row => [
    name,
    rows(
      ['enabled', true, "Off, it makes the engine refuse the distribution's own rules."],
      ['detection-ports', rows(['dp', port])],
    ),
  ],
)

function tunnelRow(name: 'vxlan' | 'geneve'): Row {
  return [name, rows(['enabled', true], ['ports', name === 'vxlan' ? '4789' : '6081'])]
}

const detectionRows = ({ rulesDir }: SuricataSettings): Row[] => [
  ['detect', rows(['profile', 'medium'])],
  ['default-rule-path', rulesDir],
  ['rule-files', list(`${toLiteralGlob(rulesDir)}/*.rules`)],
  ['classification-file', '/etc/suricata/classification.config'],
  ['reference-config-file', '/etc/suricata/reference.config'],
]

/** The engine takes a rule file's name for a glob pattern (glob(3)): a folder named "a[1]" must match itself. */
const toLiteralGlob = (path: string): string => path.replaceAll(/[\\*?[\]]/g, '\\$&')
