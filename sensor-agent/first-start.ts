import type { EngineStatus } from './serve/publication.ts'

const startPhases = ['testing', 'spawning', 'starting']

/**
 * The engine of this agent starts for the first time, which takes minutes with many rules: not ready, and nothing is wrong.
 * One that fails counts as a restart, and the next start is no first one.
 */
export const isFirstStart = ({ phase, restarts }: Pick<EngineStatus, 'phase' | 'restarts'>): boolean =>
  restarts === 0 && startPhases.includes(phase)
