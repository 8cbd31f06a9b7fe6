import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'
import { portOf } from '../listening-port.ts'

/** One request as the API saw it, also one that was then answered with a fault. */
export interface ApiCall {
  readonly action: string
  /** Flat, as the Query API sends them: `LifecycleHookName`, `Targets.member.1.Id`. Empty for a JSON call. */
  readonly parameters: Readonly<Record<string, string>>
  /** As it came, unpacked. */
  readonly body: string
}

/** A status and an error code of AWS's, such as 400 with ValidationError. */
export interface ApiError {
  readonly kind: 'error'
  readonly status: number
  readonly code: string
  readonly message?: string
}

/** What becomes of one call instead of its plain answer. */
export type Fault =
  | { readonly kind: 'throttling' }
  | ApiError
  /** The connection stays open and nothing comes. */
  | { readonly kind: 'silence' }
  /** The plain answer, later: the call has its effect when it comes in. */
  | { readonly kind: 'late'; readonly seconds: number }

/** The plain answer of an action: the XML inside <ActionResult>, or the whole body of a JSON call; or an error by rule. */
export type Answer = (call: ApiCall) => string | ApiError
export type Answers = Readonly<Record<string, Answer>>

export interface QueryApi {
  /** For AWS_ENDPOINT_URL or a client's `endpoint`. */
  readonly endpoint: string
  /** Every call so far, oldest first. */
  readonly calls: readonly ApiCall[]
  /** The next calls of this action meet these faults, one each; those after them are answered. */
  readonly fault: (action: string, ...faults: readonly Fault[]) => void
  /** Every call of this action meets this fault, until null is given. */
  readonly faultAlways: (action: string, fault: Fault | null) => void
  readonly callsOf: (action: string) => readonly ApiCall[]
  /** Ends open connections too. */
  readonly close: () => Promise<void>
}

/**
 * An HTTP endpoint that speaks AWS's Query protocol (form in, XML out: Auto Scaling, Elastic Load Balancing) for the
 * given actions, and JSON 1.0 for an action named by X-Amz-Target (CloudWatch), because AWS_ENDPOINT_URL leads all clients
 * to one address. An action that is not given is an InvalidAction, as on AWS. Signatures are not looked at.
 */
export async function startQueryApi(answers: Answers, port = 0, onCall?: (call: ApiCall) => void): Promise<QueryApi> {
  const calls: ApiCall[] = []
  const once = new Map<string, Fault[]>()
  const always = new Map<string, Fault>()
  const late = new Set<NodeJS.Timeout>()

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const raw = await buffer(request)
    const body = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw).toString('utf8')
    const target = request.headers['x-amz-target']
    const protocol = typeof target === 'string' ? json : query
    const call = typeof target === 'string' ? toJsonCall(target, body) : toQueryCall(body)
    calls.push(call)
    const fault = once.get(call.action)?.shift() ?? always.get(call.action)
    if (fault?.kind === 'silence') return onCall?.(call)
    const send = (): void => protocol.send(response, toReply(call, answers, fault))
    if (fault?.kind === 'late') late.add(setTimeout(send, fault.seconds * 1000))
    else send()
    onCall?.(call)
  }

  const server = createServer((request, response) => void answer(request, response).catch(() => response.destroy()))
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    endpoint: `http://127.0.0.1:${portOf(server)}`,
    calls,
    callsOf: (action) => calls.filter((call) => call.action === action),
    fault: (action, ...faults) => void once.set(action, [...(once.get(action) ?? []), ...faults]),
    faultAlways: (action, fault) => void (fault === null ? always.delete(action) : always.set(action, fault)),
    close: () => {
      for (const timer of late) clearTimeout(timer)
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

interface Reply {
  readonly action: string
  readonly status: number
  /** The answer, or the code and message of an error. */
  readonly text: string
  readonly code?: string
}

function toReply(call: ApiCall, answers: Answers, fault: Fault | undefined): Reply {
  const { action } = call
  const toError = ({ status, code, message = 'scripted by the test' }: ApiError) => ({
    action,
    status,
    code,
    text: message,
  })
  if (fault?.kind === 'throttling') return { action, status: 400, code: 'Throttling', text: 'Rate exceeded' }
  if (fault?.kind === 'error') return toError(fault)
  const plain = answers[action]?.(call)
  if (plain === undefined)
    return { action, status: 400, code: 'InvalidAction', text: `Could not find operation ${action}` }
  return typeof plain === 'string' ? { action, status: 200, text: plain } : toError(plain)
}

const requestId = '00000000-0000-4000-8000-000000000000'

const query = {
  send: (response: ServerResponse, { action, status, text, code }: Reply): void => {
    const xml =
      code === undefined
        ? `<${action}Response><${action}Result>${text}</${action}Result><ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${action}Response>`
        : `<ErrorResponse><Error><Type>${status < 500 ? 'Sender' : 'Receiver'}</Type><Code>${code}</Code><Message>${toXmlText(text)}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`
    response.writeHead(status, { 'content-type': 'text/xml', 'x-amzn-requestid': requestId }).end(xml)
  },
}

const json = {
  send: (response: ServerResponse, { status, text, code }: Reply): void => {
    const body = code === undefined ? text : JSON.stringify({ __type: code, message: text })
    response
      .writeHead(status, { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': requestId })
      .end(body)
  },
}

export const toXmlText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

function toQueryCall(body: string): ApiCall {
  const { Action: action = '', ...parameters } = Object.fromEntries(new URLSearchParams(body))
  return { action, parameters, body }
}

/** `GraniteServiceVersion20100801.PutMetricData` → PutMetricData */
const toJsonCall = (target: string, body: string): ApiCall => ({
  action: target.split('.').at(-1) ?? target,
  parameters: {},
  body,
})
