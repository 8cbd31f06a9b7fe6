import { Worker } from 'node:worker_threads'
import type { RunPlan } from './run-plan.ts'
import type { WorkerResult } from './run-worker.ts'
import { createRunControl, createRunMemory, type RunControl, type RunMemory } from './send/run-control.ts'
import type { WorkerOrders } from './worker.ts'

export interface Run {
  /** Ends when all workers have; rejects when one breaks, after the others have been stopped. */
  readonly results: Promise<readonly WorkerResult[]>
  readonly control: RunControl
}

const START_MILLISECONDS_MAX = 60_000
const POLL_MILLISECONDS = 2

/** Starts the workers together: each builds its frames first, and none sends before all are ready. */
export function startRun(plan: RunPlan): Run {
  const memory = createRunMemory(plan.workers)
  const control = createRunControl(memory)
  const workers = Array.from({ length: plan.workers }, (_, worker) => startWorker(plan, worker, memory))
  const results = Promise.all(workers).catch((error: unknown) => {
    control.stop()
    throw error
  })
  return { control, results: startTogether(control, plan.workers, results) }
}

function startWorker(plan: RunPlan, worker: number, memory: RunMemory): Promise<WorkerResult> {
  const orders: WorkerOrders = { plan, part: { worker, workers: plan.workers }, memory }
  const thread = new Worker(new URL('./worker.ts', import.meta.url), { workerData: orders })
  return new Promise((resolve, reject) => {
    thread.once('message', (result: WorkerResult) => resolve(result))
    thread.once('error', reject)
    thread.once('exit', (code) => reject(new Error(`a worker ended with code ${code} and no result`)))
  })
}

async function startTogether(
  control: RunControl,
  workers: number,
  results: Promise<readonly WorkerResult[]>,
): Promise<readonly WorkerResult[]> {
  const end = performance.now() + START_MILLISECONDS_MAX
  let isOver = false
  const over = results.finally(() => {
    isOver = true
  })
  over.catch(() => {})
  while (!isOver && control.readyWorkers() < workers && performance.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MILLISECONDS))
  }
  control.start()
  return over
}
