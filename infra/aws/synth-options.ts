import { parseArgs } from 'node:util'

export const usage = `Writes the CloudFormation templates of every example in infra/fleets to cdk.out, without an account or a connection.
What was in cdk.out before is removed. A finding of cdk-nag that has no stated reason fails it.

  npm run synth
  npx cdk synth --quiet -c fleet=FILE    what one description makes, written to cdk.out as well

Options
  --help   this text

Exit codes: 0 templates are written, 1 a check of the templates failed, 2 an example is refused, or wrong use.
`

export type ParsedSynthOptions =
  | { readonly ok: true; readonly help: boolean }
  | { readonly ok: false; readonly complaints: readonly string[] }

/** Reads the command line. All that is wrong with it comes back at once. */
export function parseSynthOptions(args: readonly string[]): ParsedSynthOptions {
  const { values, positionals, tokens } = parseArgs({
    args: [...args],
    options: { help: { type: 'boolean' } },
    strict: false,
    tokens: true,
  })
  const given = tokens.filter((token) => token.kind === 'option')
  const complaints = [
    ...given.filter(({ name }) => name !== 'help').map(({ rawName }) => `${rawName}: unknown option; known is --help`),
    ...given
      .filter(({ name, value }) => name === 'help' && value !== undefined)
      .map(({ value }) => `--help: got the value "${value}", takes none`),
    ...positionals.map(
      (word) => `${word}: unexpected argument; to see what one description makes: npx cdk synth --quiet -c fleet=FILE`,
    ),
  ]
  return complaints.length > 0 ? { ok: false, complaints } : { ok: true, help: values.help === true }
}
