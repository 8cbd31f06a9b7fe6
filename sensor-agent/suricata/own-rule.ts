/**
 * Proof that mirrored traffic arrives, in the same place where an operator looks for everything else: fast.log and
 * eve.json. A VXLAN header begins with 0x08, the flag "VNI is valid" (RFC 7348 section 5). Limited to once a source a
 * minute, because every mirrored packet matches. Mirrored through a Gateway Load Balancer the outer packet is GENEVE,
 * and the VXLAN packet within it goes to 4789 as well.
 */
export const ownRule =
  'alert udp any any -> any 4789 (msg:"VXLAN traffic detected"; content:"|08|"; depth:1; ' +
  'threshold:type limit, track by_src, count 1, seconds 60; sid:1000001; rev:2;)'
