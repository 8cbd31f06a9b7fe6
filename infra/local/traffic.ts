import { runIn } from './command.ts'
import { testDomain } from './internet.ts'
import type { NetworkPlan, SourceAddress } from './network-plan.ts'

/** Requests that a source makes in one round. */
export interface RoundSize {
  readonly http: number
  readonly https: number
  readonly dns: number
}

/** What was really answered, by the name that identifies each request in the sensors' logs. */
export interface RoundRecord {
  readonly http: readonly string[]
  readonly https: readonly string[]
  readonly dns: readonly string[]
}

/** One process makes this many requests, so that some share a connection and the machine is not busy starting curl. */
const requestsPerProcess = 20
const processDeadlineSeconds = 60

/**
 * One round of real traffic from one source: curl over HTTP and HTTPS, dig against the VPC's resolver. Each request carries a
 * name of its own, so that "logged exactly once" can be told from the logs alone.
 * @param tag makes the names unique within the region; lower-case letters, digits and dashes
 * @throws when a request failed, with what curl or dig said
 */
export async function sendRound(
  plan: NetworkPlan,
  source: SourceAddress,
  size: RoundSize,
  tag: string,
): Promise<RoundRecord> {
  const http = names(size.http, (n) => `/${tag}/${n}`)
  const https = names(size.https, (n) => `${tag}-${n}.${testDomain}`)
  const dns = names(size.dns, (n) => `${tag}-${n}.dns.${testDomain}`)
  await Promise.all([
    ...chunks(http).map((paths, index) => sendHttp(plan, source, paths, index % 2 === 0)),
    ...chunks(https).map((hosts) => sendHttps(plan, source, hosts)),
    ...chunks(dns).map((queries) => sendQueries(plan, source, queries)),
  ])
  return { http, https, dns }
}

/** `--connect-to` leaves the name in the Host header and the SNI while the address is the region's own web server. */
const toWebServer = (plan: NetworkPlan): string[] => ['--connect-to', `::${plan.webAddress}:`]
/** `--disable` counts only as the first: without it curl reads the .curlrc of the user's home, whatever HOME says. */
const curlOptions = [
  '--disable',
  ...['--silent', '--show-error', '--fail', '--noproxy', '*', '--max-time', '30', '--no-sessionid'],
]
const discarded = (urls: readonly string[]): string[] => urls.flatMap((url) => ['--output', '/dev/null', url])

function sendHttp(plan: NetworkPlan, source: SourceAddress, paths: readonly string[], keepAlive: boolean) {
  const urls = paths.map((path) => `http://www.${testDomain}${path}`)
  // RFC 5737 documentation address: what a proxy in front of the source would have written.
  const headers = ['--header', 'X-Forwarded-For: 203.0.113.7', ...(keepAlive ? [] : ['--header', 'Connection: close'])]
  return runInSource(source, 'curl', [...curlOptions, ...toWebServer(plan), ...headers, ...discarded(urls)])
}

function sendHttps(plan: NetworkPlan, source: SourceAddress, hosts: readonly string[]) {
  const urls = hosts.map((host) => `https://${host}/`)
  // The certificate is self-signed and made for this region alone.
  return runInSource(source, 'curl', [...curlOptions, '--insecure', ...toWebServer(plan), ...discarded(urls)])
}

async function sendQueries(plan: NetworkPlan, source: SourceAddress, queries: readonly string[]): Promise<void> {
  // -r: without the user's ~/.digrc. One try: a repeated query would be a second one in the logs.
  const options = ['-r', '+short', '+tries=1', '+time=5']
  const answers = await runInSource(source, 'dig', [`@${plan.resolverAddress}`, ...options, ...queries])
  const answered = answers.split('\n').filter((line) => line === plan.webAddress).length
  if (answered !== queries.length) {
    throw new Error(
      `the resolver answered ${answered} of ${queries.length} queries of ${source.name}: ${answers.slice(0, 200)}`,
    )
  }
}

const runInSource = (source: SourceAddress, command: string, args: readonly string[]): Promise<string> =>
  runIn(source.namespace, command, args, { deadlineSeconds: processDeadlineSeconds })

const names = (count: number, toName: (n: number) => string): string[] =>
  Array.from({ length: count }, (_, index) => toName(index + 1))

function chunks<T>(items: readonly T[]): T[][] {
  const count = Math.ceil(items.length / requestsPerProcess)
  return Array.from({ length: count }, (_, index) =>
    items.slice(index * requestsPerProcess, (index + 1) * requestsPerProcess),
  )
}
