import { parseArgs } from 'node:util'
import type { RenderSettings } from './rendered-files.ts'

export const usage = `Usage: npm run dashboards [-- options]

Writes dashboards, rules, scrape configurations and a docker-compose file to dashboards/out.

  --fleet NAME=MAXIMUM   how many sensors Auto Scaling may have, for the alert fleet-at-max; may be repeated
                         (mirror-fleet=6)
  --region REGION        AWS region of EC2 service discovery and CloudWatch (eu-central-1)
  --runbook-url URL      where dashboards/runbook.md is read, for the links of alerts (runbook.md)
  --json                 the list of files as JSON on stdout
  --help                 this text

Examples:
  npm run dashboards
  npm run dashboards -- --fleet edge=12 --fleet core=40 --region us-east-1
`

export type ParsedOptions =
  | { readonly ok: true; readonly help: boolean; readonly json: boolean; readonly settings: RenderSettings }
  | { readonly ok: false; readonly complaints: readonly string[] }

const fleetPattern = /^([a-z][a-z0-9-]{0,19})=([1-9]\d{0,2})$/
const regionPattern = /^[a-z]{2}(?:-[a-z]+)+-\d$/

/** The options of the command line, or all that is wrong with them. */
export function parseRenderOptions(args: readonly string[]): ParsedOptions {
  const parsed = parse(args)
  if (typeof parsed === 'string') return { ok: false, complaints: [parsed] }
  const { fleet, region, 'runbook-url': runbookUrl, json, help } = parsed
  const matches = fleet.map((text) => ({ text, match: fleetPattern.exec(text) }))
  const complaints = [
    ...matches
      .filter(({ match }) => match === null)
      .map(({ text }) => `--fleet: got ${text}, allowed is a fleet's name, =, and 1 to 999, such as mirror-fleet=6`),
    ...(regionPattern.test(region) ? [] : [`--region: got ${region}, allowed is an AWS region, such as eu-central-1`]),
    ...(runbookUrl.includes('#') ? [`--runbook-url: got ${runbookUrl}, give it without the part from # on`] : []),
  ]
  if (complaints.length > 0) return { ok: false, complaints }
  const maxima = matches.map(({ match }) => [match?.[1] ?? '', Number(match?.[2])] as const)
  return { ok: true, help, json, settings: { maximumCapacities: Object.fromEntries(maxima), region, runbookUrl } }
}

function parse(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        fleet: { type: 'string', multiple: true, default: ['mirror-fleet=6'] },
        region: { type: 'string', default: 'eu-central-1' },
        'runbook-url': { type: 'string', default: 'runbook.md' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    })
    return values
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
