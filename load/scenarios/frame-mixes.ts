/** Frame lengths that one pass of a bulk flow sends, Ethernet header included. */

const times = (count: number, byteLength: number): number[] => new Array<number>(count).fill(byteLength)

/** The Internet mix: 7 small, 4 medium, 1 full-sized IP packet (40, 576, 1500 bytes), here small ones first. */
export const imix = [...times(7, 60), ...times(4, 590), 1514]

/** Full-sized frames of an ordinary network. A window longer than a batch: a lone elephant still fills batches. */
export const fullSized = times(96, 1514)

/** The longest that a Gateway Load Balancer carries, and an ordinary one now and then. */
export const jumbo = [...times(7, 8446), 1514]

export const fixed = times
