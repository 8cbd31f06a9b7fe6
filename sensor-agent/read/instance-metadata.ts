import { type IncomingMessage, request } from 'node:http'
import { type TargetState, targetStates } from '../lifecycle/instance-state.ts'
import type { Answer } from '../sample/reading.ts'
import { answered, failed, toCause } from './answer.ts'

const deadlineMilliseconds = 2_000
/** The longest that the service gives; a token that it no longer takes is answered with 401, and replaced. */
const tokenSeconds = 21_600
const longestBody = 1_024
/** What a header can carry. Node.js throws on anything else, so a token with a line end would fail every request. */
const tokenPattern = /^[\x21-\x7e]{1,512}$/

interface Reply {
  readonly status: number
  readonly body: string
}

/**
 * The target lifecycle state of this instance, from its metadata service, version 2. Null where there is none: no group has
 * this instance, or none has said where it goes. One question at a time.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html
 */
export function openTargetState(endpoint: string): () => Promise<Answer<TargetState | null>> {
  let token: string | undefined

  const renewToken = async (): Promise<string> => {
    const headers = { 'x-aws-ec2-metadata-token-ttl-seconds': String(tokenSeconds) }
    const { status, body } = await send(`${endpoint}/latest/api/token`, 'PUT', headers)
    if (status !== 200) throw new Error(`status ${status} for a token`)
    if (!tokenPattern.test(body)) throw new Error('a token that no header can carry')
    token = body
    return body
  }
  const ask = async (withToken: string): Promise<Reply> => {
    const path = '/latest/meta-data/autoscaling/target-lifecycle-state'
    return send(`${endpoint}${path}`, 'GET', { 'x-aws-ec2-metadata-token': withToken })
  }

  return async () => {
    try {
      const first = await ask(token ?? (await renewToken()))
      const { status, body } = first.status === 401 ? await ask(await renewToken()) : first
      if (status === 404) return answered(null)
      if (status !== 200) return failed('SENSOR_METADATA_FAILED', endpoint, `status ${status}`)
      const state = targetStates.find((each) => each === body.trim())
      return state === undefined ? failed('SENSOR_METADATA_UNKNOWN', endpoint, body) : answered(state)
    } catch (error) {
      token = undefined
      return failed('SENSOR_METADATA_FAILED', endpoint, toCause(error))
    }
  }
}

/** One request with one deadline for all of it, also for a body that trickles. */
async function send(url: string, method: 'GET' | 'PUT', headers: Readonly<Record<string, string>>): Promise<Reply> {
  const signal = AbortSignal.timeout(deadlineMilliseconds)
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request(url, { method, headers: { ...headers }, signal }, resolve)
      .once('error', reject)
      .end()
  })
  let body = ''
  for await (const chunk of response.setEncoding('utf8')) {
    body += chunk
    if (body.length > longestBody) throw new Error(`more than ${longestBody} characters`)
  }
  return { status: response.statusCode ?? 0, body }
}
