import { agentBoard } from './agent.ts'
import { auditBoard } from './audit.ts'
import type { Board } from './board.ts'
import { captureBoard } from './capture.ts'
import { fleetBoard } from './fleet.ts'
import { loadBalancerBoard } from './load-balancer.ts'
import { sensorBoard } from './sensor.ts'

export const boards: readonly Board[] = [
  fleetBoard,
  sensorBoard,
  captureBoard,
  auditBoard,
  loadBalancerBoard,
  agentBoard,
]
