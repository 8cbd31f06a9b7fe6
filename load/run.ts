import { Worker } from 'node:worker_threads'
import type { RunPlan } from './run-plan.ts'
import type { WorkerResult } from './run-worker.ts'
import { createRunControl, createRunMemory, type RunControl, type RunMemory } from './send/run-control.ts'
import type { WorkerOrders } from './worker.ts'

export interface Run {
  /** Ends when all workers have. Rejects when one breaks, and the others are told to stop; or when one is not ready in time. */
  readonly results: Promise<readonly WorkerResult[]>
  readonly control: RunControl
}

const START_MILLISECONDS_MAX = 60_000
const POLL_MILLISECONDS = 2

/**
 * Starts the workers together: each builds its frames first, and none sends before all are ready.
 * @param startMillisecondsMax after it all workers end, and nothing is sent
 */
export function startRun(plan: RunPlan, startMillisecondsMax = START_MILLISECONDS_MAX): Run {
  const memory = createRunMemory(plan.workers)
  const control = createRunControl(memory)
  const threads = Array.from({ length: plan.workers }, (_, worker) => startThread(plan, worker, memory))
  const results = Promise.all(threads.map(toResult)).catch((error: unknown) => {
    control.stop()
    throw error
  })
  return { control, results: startTogether(control, threads, results, startMillisecondsMax) }
}

function startThread(plan: RunPlan, worker: number, memory: RunMemory): Worker {
  const orders: WorkerOrders = { plan, part: { worker, workers: plan.workers }, memory }
  return new Worker(new URL('./worker.ts', import.meta.url), { workerData: orders })
}

function toResult(thread: Worker): Promise<WorkerResult> {
  return new Promise((resolve, reject) => {
    thread.once('message', (result: WorkerResult) => resolve(result))
    thread.once('error', reject)
    thread.once('exit', (code) => reject(new Error(`a worker ended with code ${code} and no result`)))
  })
}

async function startTogether(
  control: RunControl,
  threads: readonly Worker[],
  results: Promise<readonly WorkerResult[]>,
  startMillisecondsMax: number,
): Promise<readonly WorkerResult[]> {
  const end = performance.now() + startMillisecondsMax
  let isOver = false
  const over = results.finally(() => {
    isOver = true
  })
  over.catch(() => {})
  while (!isOver && control.readyWorkers() < threads.length) {
    if (performance.now() >= end) {
      const ready = control.readyWorkers()
      await Promise.all(threads.map((thread) => thread.terminate()))
      throw new Error(
        `${ready} of ${threads.length} workers were ready within ${startMillisecondsMax / 1000} s, so nothing was sent; ` +
          'ask for fewer --workers or a smaller scenario',
      )
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MILLISECONDS))
  }
  control.start()
  return over
}
