import { parentPort, workerData } from 'node:worker_threads'
import type { Part } from './flow/flow-start.ts'
import type { RunPlan } from './run-plan.ts'
import { playRun } from './run-worker.ts'
import { createWorkerControl, type RunMemory } from './send/run-control.ts'

/** What run.ts starts this thread with. */
export interface WorkerOrders {
  readonly plan: RunPlan
  readonly part: Part
  readonly memory: RunMemory
}

const { plan, part, memory }: WorkerOrders = workerData
parentPort?.postMessage(playRun(plan, part, createWorkerControl(memory, part.worker)))
