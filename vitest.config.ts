import { defineConfig } from 'vitest/config'
import { toProgramPath } from './infra/local/set-up.mjs'
import { ClosingLine } from './test/support/closing-line.ts'

process.env.PATH = toProgramPath(process.env.PATH)
// CloudFormation's validator costs every file that synthesizes seconds; the synth of all examples asks it (synth.real.test.ts).
process.env.CDK_VALIDATION = 'false'

const real = ['test/end-to-end/**/*.test.ts', 'test/**/*.real.test.ts']
/** These leave dead regions lying about on purpose, which any region that starts meanwhile would clean up. */
const alone = ['test/end-to-end/once.test.ts', 'test/infra/local/region-registry.real.test.ts']
/** Real kernel, Suricata and processes share the machine's cores: deadlines are sized for a busy one. */
const patient = { testTimeout: 120_000, hookTimeout: 120_000 }

export default defineConfig({
  test: {
    reporters: ['default', new ClosingLine()],
    projects: [
      {
        test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: real, sequence: { groupOrder: 0 } },
      },
      {
        // Two at a time: they wait more than they compute.
        test: { name: 'real', include: real, exclude: alone, maxWorkers: 2, sequence: { groupOrder: 1 }, ...patient },
      },
      {
        test: { name: 'alone', include: alone, fileParallelism: false, sequence: { groupOrder: 2 }, ...patient },
      },
    ],
  },
})
