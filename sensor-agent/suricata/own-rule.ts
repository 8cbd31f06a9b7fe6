/**
 * Proof that mirrored traffic arrives, in the same place where an operator looks for everything else: fast.log and
 * eve.json. Every mirrored packet matches, so it is limited to once a source a minute.
 *
 * It cannot look for the first byte of a VXLAN header, 0x08: the engine inspects no payload of an envelope that it has
 * opened, because the payload is the inner packet (src/decode.c, PacketTunnelPktSetup); `content` would match mirrored
 * ARP only. `ttl` is always true; without a condition on the header the rule is tried on the first packet of a flow only,
 * and the flows of a busy source never end.
 */
export const ownRule =
  'alert udp any any -> any 4789 (msg:"VXLAN traffic detected"; ttl:>0; ' +
  'threshold:type limit, track by_src, count 1, seconds 60; sid:1000001; rev:2;)'
