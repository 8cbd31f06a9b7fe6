#!/bin/bash
# Makes an interface fit for capture. Run at every boot, for nothing of it outlasts one.
set -o errexit -o nounset -o pipefail
export LC_ALL=C
interface=$1

warn() { echo "mirror-fleet: $interface: $*; capture goes on without" >&2; }

# A mirrored packet is larger by its envelope than any that its source can send, and a gateway's needs 8568 (AWS, appliance
# MTU). With less the largest would be lost before anybody counts them, so here a failure is one.
ip link set dev "$interface" mtu 9001

# The ring is what the CPUs may fall behind. Changing it resets the queues, which costs packets: only when it is to grow.
rings=$(ethtool --show-ring "$interface" 2>/dev/null | awk '$1 == "RX:" { print $2 }') || true
{ read -r most && read -r now; } <<<"$rings" || most=none now=none
if [[ $most =~ ^[0-9]+$ && $now =~ ^[0-9]+$ ]]; then
  ((now >= most)) || ethtool --set-ring "$interface" rx "$most" || warn "its receive ring stays at $now of $most"
else
  warn 'its driver does not tell the length of its receive ring'
fi

# Joined packets were never sent, and would be longer than the capture's blocks (Suricata's guide, "Packet capture").
for offload in gro lro; do
  ethtool --offload "$interface" "$offload" off || warn "$offload stays on"
done
