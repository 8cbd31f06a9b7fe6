/** Ports that a sensor listens at. VXLAN: RFC 7348 §5; GENEVE: RFC 8926 §3.3; HTTP: the agent's default. */
export const sensorPort = { vxlan: 4789, geneve: 6081, http: 9100 } as const
