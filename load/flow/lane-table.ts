import type { Envelope } from '../packet/envelope.ts'
import { type FrameMemory, type FrameTable, type PlacedFrame, tableBytes, writeFrameTable } from './frame-table.ts'
import type { LanePlan } from './lane-plan.ts'

/** The lane stands between two flows. */
export const IDLE = -1

/** The lanes' state, in columns like the frames'. Frames `first` to before `end` are the lane's. */
export interface LaneTable {
  readonly count: number
  readonly plans: readonly LanePlan[]
  readonly source: Int32Array
  readonly first: Int32Array
  readonly end: Int32Array
  /** Frames of the lane's loop; -1 and 0 passes when there is none. */
  readonly loopFrom: Int32Array
  readonly loopTo: Int32Array
  readonly passes: Float64Array
  /** The next frame, or IDLE. */
  readonly next: Int32Array
  readonly pass: Float64Array
  /** The loop's frames are to be moved on before the next one is sent. */
  readonly mustRewind: Uint8Array
  readonly wait: Int32Array
  /** Number of the batch that last took a frame of the lane. */
  readonly batch: Float64Array
  readonly isBroken: Uint8Array
  readonly packets: Float64Array
  readonly byteLengths: Float64Array
  readonly started: Float64Array
  readonly finished: Float64Array
  readonly broken: Float64Array
}

export interface Lanes {
  readonly lanes: LaneTable
  readonly frames: FrameTable
}

function placeFrames(plans: readonly LanePlan[], envelopes: readonly Envelope[]): PlacedFrame[] {
  return plans.flatMap(({ script, source }) => {
    const envelope = envelopes[source]
    if (envelope === undefined) throw new RangeError(`there is no source ${source}`)
    return script === null ? [] : script.frames.map((frame) => ({ frame, envelope }))
  })
}

/** Memory the lanes' frames take. */
export const laneBytes = (plans: readonly LanePlan[], envelopes: readonly Envelope[]): number =>
  tableBytes(placeFrames(plans, envelopes))

export function writeLanes(
  plans: readonly LanePlan[],
  envelopes: readonly Envelope[],
  memory: FrameMemory,
  start: number,
): Lanes {
  const frames = writeFrameTable(memory, start, placeFrames(plans, envelopes))
  const count = plans.length
  const integers = () => new Int32Array(count)
  const numbers = () => new Float64Array(count)
  const flags = () => new Uint8Array(count)
  const lanes: LaneTable = {
    ...{ count, plans, source: Int32Array.from(plans, ({ source }) => source), first: integers(), end: integers() },
    ...{ loopFrom: integers().fill(-1), loopTo: integers().fill(-1), passes: numbers(), next: integers().fill(IDLE) },
    ...{
      pass: numbers(),
      mustRewind: flags(),
      wait: Int32Array.from(plans, ({ wait }) => wait),
      batch: numbers().fill(-1),
    },
    ...{ isBroken: flags(), packets: numbers(), byteLengths: numbers(), started: numbers(), finished: numbers() },
    broken: numbers(),
  }
  let frame = 0
  plans.forEach(({ script }, lane) => {
    lanes.first[lane] = frame
    if (script?.loop) {
      lanes.loopFrom[lane] = frame + script.loop.from
      lanes.loopTo[lane] = frame + script.loop.to
      lanes.passes[lane] = script.loop.passes
    }
    frame += script?.frames.length ?? 0
    lanes.end[lane] = frame
  })
  return { lanes, frames }
}
