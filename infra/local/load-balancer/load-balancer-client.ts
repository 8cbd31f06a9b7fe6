import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { childEnvironment } from '../command.ts'
import type { LoadBalancerConfiguration, Target } from './configuration.ts'
import { type Answer, type Changed, type Description, decodeMessage, type Request } from './messages.ts'

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url))
const READY_MILLISECONDS = 30_000
const ANSWER_MILLISECONDS = 30_000
const STOP_MILLISECONDS = 10_000

export interface StartOptions {
  /** Network namespace the load balancer runs in; it must exist, with an interface that carries the address. */
  readonly namespace: string
  readonly configuration: LoadBalancerConfiguration
  /** @default - nobody is told; `describe` shows the states */
  readonly onChanged?: (changed: Changed) => void
  /** Its log: JSON lines, in pieces as they come. @default - thrown away */
  readonly onLog?: (text: string) => void
}

type Body<R extends Request> = R extends Request ? Omit<R, 'requestId'> : never

/** A load balancer as the process that started it sees it. */
export class LoadBalancerClient {
  readonly child: ChildProcess
  readonly #waiting = new Map<number, { resolve: (answer: Answer) => void; reject: (error: Error) => void }>()
  #nextRequestId = 0

  constructor(child: ChildProcess, onReady: () => void, onChanged: (changed: Changed) => void) {
    this.child = child
    child.on('message', (raw) => {
      const message = decodeMessage(raw)
      if (message === null) return
      if (message.type === 'ready') return onReady()
      if (message.type === 'changed') return onChanged(message)
      this.#waiting.get(message.requestId)?.resolve(message)
    })
    child.once('exit', (code, signal) => {
      const error = new Error(`the load balancer has ended with ${code ?? signal}`)
      for (const { reject } of this.#waiting.values()) reject(error)
    })
  }

  /** @throws when it does not answer */
  async describe(): Promise<Description> {
    const answer = await this.#ask({ type: 'describe' })
    if (answer.type !== 'description') throw new Error(`load balancer refused to describe itself: ${toReason(answer)}`)
    return answer
  }

  /** @throws when the id or the address is in use, with the reason */
  register = (target: Target): Promise<void> => this.#change({ type: 'register', target })

  /** Starts the deregistration delay. @throws when there is no such target */
  deregister = (id: string): Promise<void> => this.#change({ type: 'deregister', id })

  /** Returns once the process has ended. */
  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return
    const exited = once(this.child, 'exit')
    this.child.kill('SIGTERM')
    const deadline = setTimeout(() => this.child.kill('SIGKILL'), STOP_MILLISECONDS)
    await exited
    clearTimeout(deadline)
  }

  async #change(body: Body<Request>): Promise<void> {
    const answer = await this.#ask(body)
    if (answer.type !== 'done') throw new Error(`load balancer refused to ${body.type}: ${toReason(answer)}`)
  }

  #ask(body: Body<Request>): Promise<Answer> {
    const requestId = this.#nextRequestId++
    const answered = new Promise<Answer>((resolve, reject) => {
      this.#waiting.set(requestId, { resolve, reject })
      this.child.send({ ...body, requestId }, (error) => {
        if (error !== null)
          reject(new Error(`load balancer cannot be asked to ${body.type}: it has ended`, { cause: error }))
      })
    })
    const deadline = setTimeout(
      () =>
        this.#waiting
          .get(requestId)
          ?.reject(new Error(`load balancer did not answer ${body.type} within ${ANSWER_MILLISECONDS} ms`)),
      ANSWER_MILLISECONDS,
    )
    return answered.finally(() => {
      clearTimeout(deadline)
      this.#waiting.delete(requestId)
    })
  }
}

const toReason = (answer: Answer): string => (answer.type === 'refused' ? answer.reason : answer.type)

/**
 * Starts a load balancer in its namespace. It ends with this process, or by `stop`.
 *
 * @returns once it passes traffic on
 * @throws when it ends instead, with the end of its log, or is not ready within 30 s
 */
export async function startLoadBalancer(options: StartOptions): Promise<LoadBalancerClient> {
  const { namespace, configuration, onChanged = () => undefined, onLog = () => undefined } = options
  const command = [process.execPath, MAIN, '--config', JSON.stringify(configuration)]
  const child = spawn('ip', ['netns', 'exec', namespace, ...command], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: childEnvironment(),
    // A process group of its own: Ctrl-C is for the parent, which decides when the load balancer goes.
    detached: true,
  })
  let lastLog = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    lastLog = `${lastLog}${text}`.slice(-2000)
    onLog(text)
  })
  return new Promise((resolve, reject) => {
    const giveUp = (why: string) => {
      clearTimeout(deadline)
      child.kill('SIGKILL')
      reject(new Error(`load balancer in ${namespace} ${why}; its log ends with: ${lastLog.trim()}`))
    }
    const deadline = setTimeout(() => giveUp(`was not ready within ${READY_MILLISECONDS} ms`), READY_MILLISECONDS)
    child.once('error', (error) => giveUp(`could not be started: ${error.message}`))
    // 'close', not 'exit': by then its whole log has arrived.
    child.once('close', (code) => giveUp(`ended with code ${code}`))
    const onReady = () => {
      clearTimeout(deadline)
      child.removeAllListeners('close').removeAllListeners('error')
      child.on('error', () => undefined)
      resolve(client)
    }
    const client = new LoadBalancerClient(child, onReady, onChanged)
  })
}
