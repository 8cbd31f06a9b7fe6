import type { Reporter, TestModule } from 'vitest/node'

/** Ends the run with one plain line that any program can read: `12 passed, 0 failed`. */
export class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const count = (state: string) => tests.filter((test) => test.result().state === state).length
    // A file that does not even load has no tests to count, and must not look like success.
    const broken = modules.filter((module) => module.state() === 'failed' && module.children.size === 0).length
    const skipped = count('skipped')
    const line = `${count('passed')} passed, ${count('failed') + broken + unhandledErrors.length} failed`
    process.stdout.write(`\n${line}${skipped > 0 ? `, ${skipped} skipped` : ''}\n`)
  }
}
