import { describe, expect, it } from 'vitest'
import { parseOptions } from '../../load/options.ts'

const complaintsOf = (...args: string[]) => {
  const parsed = parseOptions(args)
  return parsed.ok ? [] : parsed.complaints
}
const optionsOf = (...args: string[]) => {
  const parsed = parseOptions(args)
  if (!parsed.ok) throw new Error(parsed.complaints.join())
  return parsed.options
}

describe('the command line', () => {
  it('is read into values', () => {
    const args = [
      '--interface',
      'mirror0',
      '--pps',
      '1.5M',
      '--packets',
      '2k',
      '--outer-ports',
      '65408-65409',
      '--json',
    ]
    expect(optionsOf(...args, '--flows', 'http=3,dns=1', '--destination-mac', '02:00:00:00:00:0a')).toMatchObject({
      ...{ interface: 'mirror0', pps: 1_500_000, packets: 2000, outerPorts: { first: 65408, count: 2 }, json: true },
      ...{ target: null, topSpeed: false, destinationMac: 0x02000000000a },
      flows: new Map([
        ['http', 3],
        ['dns', 1],
      ]),
    })
  })

  it('is refused with every complaint at once', () => {
    const complaints = complaintsOf('--pps', '0', '--packets', '2e9', '--foo', 'extra', '--target', '::1', '--workers')
    expect(complaints.map((complaint) => complaint.split(':')[0])).toEqual([
      ...['--foo', 'extra', '--target', '--pps', '--packets', '--workers'],
    ])
  })

  it.each([
    [['--packets', '1'], /--interface, --target, --pcap: got 0 of them/],
    [['--interface', 'a', '--target', '127.0.0.1'], /got 2 of them/],
    [['--pcap', 'x', '--pps', '1', '--top-speed'], /got 2 rates/],
    [['--pcap', 'x', '--workers', '2'], /with --pcap allowed is 1/],
    [['--interface', 'a', '--encapsulation', 'none'], /none is only for --replay/],
    [['--target', '127.0.0.1', '--encapsulation', 'none', '--replay', 'x'], /with --target/],
    [['--pcap', 'x', '--repeat'], /only with --replay/],
    [['--pcap', 'x', '--seconds', '3601'], /0\.001\.\.3600/],
    [['--pcap', 'x', '--packets', '1000000001'], /1\.\.1000000000/],
    [['--pcap', 'x', '--packets', '1.5'], /an integer/],
    [['--pcap', 'x', '--flows', 'http=0'], /http=10,dns=5/],
    [['--pcap', 'x', '--outer-ports', '5-4'], /65408-65409/],
    [['--pcap', 'x', '--pcap', 'y'], /given twice/],
    [['--pcap', 'x', '--json=yes'], /got a value, takes none/],
  ])('is refused: %j', (args, complaint) => {
    expect(complaintsOf(...args)).toEqual([expect.stringMatching(complaint)])
  })

  it('asks for nothing else when it asks for help', () => {
    expect([complaintsOf('--help'), complaintsOf('--list')]).toEqual([[], []])
  })
})
