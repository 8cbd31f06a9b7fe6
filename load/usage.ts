import { scenarios } from './scenarios/catalogue.ts'

export const usage = `Sends synthetic mirror traffic, as AWS Traffic Mirroring would send it, and says what a lossless fleet must have seen.

  npm run load -- --interface mirror0 --scenario steady            raw frames onto a veth of this machine
  npm run load -- --target 127.0.0.1 --scenario canary             UDP datagrams; the kernel writes the outer headers
  npm run load -- --pcap out.pcap --scenario http-audit --seed 7   a capture file; the same seed gives the same bytes
  npm run load -- --interface mirror0 --replay in.pcap --pps 5k    a capture's frames, each wrapped in VXLAN
  npm run load -- --interface mirror0 --encapsulation geneve --top-speed --workers 2 --json
  npm run load -- --region --scenario http-audit                   through a local fleet, and where each packet went;
                                                                   --region --help says more

Where to (exactly one)
  --interface NAME           a veth, dummy or loopback of this machine's own namespaces
  --target ADDRESS           loopback, or an address of this machine's own namespaces
  --pcap FILE                written, not sent
  --allow NAME|ADDRESS       name any other --interface or --target a second time to mean it

What
  --scenario NAME|FILE.json  default steady; --list names them (what a file may say: load/scenario.ts)
  --seed N                   other addresses of chance: sequence numbers, names, malformed bytes
  --flows KIND=N,...         flows under way at once, by kind; kinds not named are left out
  --directions both|ingress|egress
  --replay FILE              a classic pcap file instead of a scenario; --repeat plays it until the run is over

How fast, how long (a run ends at the first bound it meets, and finishes the flows under way)
  --pps N | --bps N | --flows-per-second N | --top-speed   numbers may end in k, M or G; default: the scenario's
  --packets N                never more than this
  --seconds N                at most 3600; flows under way get up to 5 more
  --workers N                threads, 1..16 (default 1); for AF_XDP each needs a transmit queue of its own
                             (ethtool -L NAME rx N tx N), the others use a packet socket
  --batch N                  frames for each system call, 1..1024 (default 64)

Envelope
  --encapsulation vxlan|geneve|none    geneve: as behind a Gateway Load Balancer; none: only with --replay
  --sources N --source-address A       mirrored interfaces, with addresses from A on (default 198.18.64.1)
  --virtual-networks N --vni N         VNIs from N on (default 1), dealt to the sources in turn
  --outer-ports aws|wide|FIRST-LAST    outer source ports (default: the scenario's, mostly AWS's 65408-65535)
  --destination-address A --destination-mac M   default: the other end of the veth
  --source-mac M                       default: the interface's
  --gateway-address A --endpoint-address A      of the Gateway Load Balancer and its endpoint

  --json   the report as one JSON object on stdout; everything else goes to stderr
  --list   the scenarios        --help   this text

Ctrl-C ends the flows under way and prints the report; a second Ctrl-C ends at once.
Exit codes: 0 everything was sent, 1 frames were refused or something broke, 2 wrong use.
`

/** One line for each scenario. */
export function toScenarioList(): string {
  const width = Math.max(...scenarios.map(({ name }) => name.length))
  return scenarios.map(({ name, summary }) => `${name.padEnd(width)}  ${summary}\n`).join('')
}
