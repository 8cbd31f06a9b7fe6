/** What the threads of a run share: 32-bit words for orders, and one row of totals for each worker. */
export interface RunMemory {
  readonly orders: SharedArrayBuffer
  readonly totals: SharedArrayBuffer
}

const READY = 0
const GO = 1
const STOP = 2
const TOTALS_PER_WORKER = 2

export const createRunMemory = (workers: number): RunMemory => ({
  orders: new SharedArrayBuffer(3 * 4),
  totals: new SharedArrayBuffer(workers * TOTALS_PER_WORKER * 8),
})

/** A worker's end. */
export interface WorkerControl {
  /** Says that this worker is ready, and waits until all are. */
  readonly waitForStart: () => void
  readonly isStopped: () => boolean
  /** Sleeps, unless a stop comes first. */
  readonly sleep: (milliseconds: number) => void
  readonly publish: (packets: number, bytes: number) => void
}

export function createWorkerControl(memory: RunMemory, worker: number): WorkerControl {
  const orders = new Int32Array(memory.orders)
  const totals = new Float64Array(memory.totals)
  return {
    waitForStart: () => {
      Atomics.add(orders, READY, 1)
      Atomics.notify(orders, READY)
      Atomics.wait(orders, GO, 0)
    },
    isStopped: () => Atomics.load(orders, STOP) === 1,
    sleep: (milliseconds) => void Atomics.wait(orders, STOP, 0, milliseconds),
    publish: (packets, bytes) => {
      totals[worker * TOTALS_PER_WORKER] = packets
      totals[worker * TOTALS_PER_WORKER + 1] = bytes
    },
  }
}

/** The main thread's end. */
export interface RunControl {
  readonly readyWorkers: () => number
  readonly start: () => void
  readonly stop: () => void
  readonly totals: () => { readonly packets: number; readonly bytes: number }
}

export function createRunControl(memory: RunMemory): RunControl {
  const orders = new Int32Array(memory.orders)
  const totals = new Float64Array(memory.totals)
  const sum = (first: number) => totals.reduce((all, value, index) => all + (index % 2 === first ? value : 0), 0)
  const order = (which: number) => {
    Atomics.store(orders, which, 1)
    Atomics.notify(orders, which)
  }
  return {
    readyWorkers: () => Atomics.load(orders, READY),
    start: () => order(GO),
    // A worker that still waits for its start must hear of the stop too.
    stop: () => {
      order(STOP)
      order(GO)
    },
    totals: () => ({ packets: sum(0), bytes: sum(1) }),
  }
}
