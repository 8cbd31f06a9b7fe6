import { defineConfig } from 'vitest/config'
import { toProgramPath } from './infra/local/set-up.mjs'
import { ClosingLine } from './test/support/closing-line.ts'

process.env.PATH = toProgramPath(process.env.PATH)

export default defineConfig({
  test: {
    reporters: ['default', new ClosingLine()],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/end-to-end/**', 'test/**/*.real.test.ts'],
        },
      },
      {
        // Real kernel, Suricata and processes share two cores: one file at a time, and deadlines sized for a busy machine.
        test: {
          name: 'real',
          include: ['test/end-to-end/**/*.test.ts', 'test/**/*.real.test.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
