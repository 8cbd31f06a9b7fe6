import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const entry = fileURLToPath(new URL('../sensor-agent/main.ts', import.meta.url))

/**
 * The agent's heap: small, since it holds one window of counters. From source, with Node's own TypeScript loader and
 * default limits, it takes 130 MB; bundled and with these, 86 MB (`npm run bench`).
 */
export const agentNodeFlags = ['--max-semi-space-size=1', '--max-old-space-size=64'] as const

/** Writes the agent as one file that Node 24 runs without node_modules: what an instance gets, and a local sensor runs. */
export async function writeAgentBundle(outfile: string): Promise<void> {
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    minify: true,
    // Function names stay readable in a stack trace.
    keepNames: true,
    logLevel: 'error',
    // CommonJS packages inside an ES module still call require for Node's own modules.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  })
}
