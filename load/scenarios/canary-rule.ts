import { CANARY_MARKER } from '../flow/canary-flow.ts'

/** The rule that the canary scenario must trip, once a flow. For a sensor's rules folder. */
export const canaryRule = `alert udp any any -> any any (msg:"mirror-fleet canary"; content:"${CANARY_MARKER}"; sid:1000002; rev:1;)`
