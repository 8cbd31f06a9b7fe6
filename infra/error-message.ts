/** Whatever was thrown, in words. Not made safe for a terminal: that is the writer's (screen.ts). */
export const toErrorMessage = (error: unknown): string => (error instanceof Error ? error.message : String(error))
