import { basename, dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const entry = fileURLToPath(new URL('../sensor-agent/main.ts', import.meta.url))

/**
 * What keeps the agent under its 90 MB, found by trying (four agents side by side, and minutes of /metrics requests): from
 * source, with Node's TypeScript loader, it takes 130 MB; bundled, 97 MB once Maglev has compiled; without Maglev and with
 * one malloc arena, 83 MB, for the same CPU within a tenth.
 */
export const agentNodeFlags = ['--max-semi-space-size=1', '--max-old-space-size=48', '--no-maglev'] as const
export const agentMalloc = { MALLOC_ARENA_MAX: '1' } as const

/**
 * Writes the agent, which Node 24 runs without node_modules: `outfile`, and beside it what is loaded only when it is needed.
 * @param outfile ends with .mjs, in a folder of its own
 */
export async function writeAgentBundle(outfile: string): Promise<void> {
  await build({
    entryPoints: [{ in: entry, out: basename(outfile, '.mjs') }],
    outdir: dirname(outfile),
    outExtension: { '.js': '.mjs' },
    bundle: true,
    // In the same file the AWS clients cost an agent that never calls AWS 14 MiB.
    splitting: true,
    // Their CommonJS cannot be shaken.
    mainFields: ['module', 'main'],
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
