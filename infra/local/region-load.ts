import { defaultFleet, type FleetDescription } from '../fleet.ts'
import { playLoad } from './load/load-run.ts'
import { parseRegionLoadOptions, type RegionLoadOptions, usage } from './load/region-load-options.ts'
import { toWaterfall } from './load/waterfall.ts'
import { withOptions } from './local-fleet.ts'
import { print, runInRegion, say } from './region-session.ts'
import { toProgramPath } from './set-up.mjs'

/** `npm run load`: with --region a region, a scenario through it, and the waterfall; without it the generator alone. */
async function main(): Promise<number> {
  const parsed = parseRegionLoadOptions(process.argv.slice(2))
  if (!parsed.ok) {
    say(parsed.complaints.join('\n'))
    say('nothing was started; see npm run load -- --region --help')
    return 2
  }
  const { options } = parsed
  if (options.help) {
    print(usage)
    return 0
  }
  return await runInRegion({
    fleet: toFleet(options),
    interruptedCode: 1,
    work: async (region, signal) => {
      const { scenario, generatorArgs } = options
      const reconciliation = await playLoad(region, { scenario, generatorArgs, say, signal })
      print(options.json ? JSON.stringify(reconciliation) : toWaterfall(reconciliation))
      return reconciliation.ok ? 0 : 1
    },
  })
}

function toFleet({ sensors, decapsulation }: RegionLoadOptions): FleetDescription {
  const fleet = withOptions(defaultFleet, { sensors, sources: 1 })
  return { ...fleet, sensors: { ...fleet.sensors, decapsulation: decapsulation ?? fleet.sensors.decapsulation } }
}

// nft, sysctl and others are in sbin folders, which a user's PATH on Debian lacks, also behind sudo.
process.env.PATH = toProgramPath(process.env.PATH)
// Not exitCode: while Node unwinds by itself, one more Ctrl-C would end it with another code.
if (process.argv.includes('--region')) process.exit(await main())
// The generator is a program: it reads the arguments itself and sets the exit code.
else await import('../../load/main.ts')
