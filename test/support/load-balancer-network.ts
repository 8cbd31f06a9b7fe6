import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { run, runCommand, runIn } from '../../infra/local/command.ts'
import type { Target } from '../../infra/local/load-balancer/configuration.ts'

const programOf = (name: string) => fileURLToPath(new URL(`${name}.ts`, import.meta.url))

export const LOAD_BALANCER_ADDRESS = '198.18.1.10'
const HEALTH_PORT = 9100

/** Counts packets by outer source port. The firewall of a sensor: nothing answers on the VXLAN port. */
const FLOW_COUNTER = `table ip flows {
  set seen { type inet_service; flags dynamic; counter; size 65535; }
  chain input {
    type filter hook input priority filter
    udp dport 4789 update @seen { udp sport } drop
  }
}
`

/** A client, a load balancer and targets, each in a namespace of its own, joined by veth pairs. */
export class LoadBalancerNetwork {
  readonly client: string
  readonly loadBalancer: string
  readonly #prefix: string
  readonly #namespaces: string[] = []
  readonly #servers = new Map<string, ChildProcess>()
  #links = 0

  /** @param prefix of namespace names; it must belong to this process alone */
  constructor(prefix: string) {
    this.#prefix = prefix
    this.client = `${prefix}-client`
    this.loadBalancer = `${prefix}-lb`
  }

  async build(): Promise<void> {
    await this.#addNamespace(this.client)
    await this.#addNamespace(this.loadBalancer)
    await this.#link(this.client)
    await run('ip', ['-n', this.loadBalancer, 'address', 'add', `${LOAD_BALANCER_ADDRESS}/32`, 'dev', 'lo'])
  }

  async addTarget(id: string): Promise<Target> {
    const namespace = this.namespaceOf(id)
    await this.#addNamespace(namespace)
    const address = await this.#link(namespace)
    await runIn(namespace, 'nft', ['-f', '-'], { input: FLOW_COUNTER })
    const command = [process.execPath, programOf('readiness-server'), address, String(HEALTH_PORT)]
    const server = spawn('ip', ['netns', 'exec', namespace, ...command], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    this.#servers.set(id, server)
    await once(server, 'message')
    return { id, zone: 'local-a', address, healthPort: HEALTH_PORT }
  }

  namespaceOf = (id: string): string => `${this.#prefix}-${id}`

  /** What the target's /readyz answers from now on; 0 is no answer. */
  async answer(id: string, statusCode: number): Promise<void> {
    const server = this.#servers.get(id)
    if (server === undefined) throw new Error(`no target ${id}`)
    const switched = once(server, 'message')
    server.send(statusCode)
    await switched
  }

  /** Sends `rounds` datagrams from each of `ports` source ports to the load balancer. */
  async send(firstPort: number, ports: number, rounds: number, pauseMilliseconds = 0): Promise<void> {
    const numbers = [firstPort, ports, rounds, pauseMilliseconds].map(String)
    await runIn(this.client, process.execPath, [programOf('flow-sender'), LOAD_BALANCER_ADDRESS, ...numbers])
  }

  /** Packets by source port that have arrived at a target since the last `forgetFlows`. */
  async readFlows(id: string): Promise<ReadonlyMap<number, number>> {
    const text = await runIn(this.namespaceOf(id), 'nft', ['list', 'set', 'ip', 'flows', 'seen'])
    return new Map(
      [...text.matchAll(/(\d+) counter packets (\d+)/g)].map(([, port, packets]) => [Number(port), Number(packets)]),
    )
  }

  async forgetFlows(): Promise<void> {
    for (const id of this.#servers.keys()) {
      await runIn(this.namespaceOf(id), 'nft', ['flush', 'set', 'ip', 'flows', 'seen'])
    }
  }

  /** Also after a `build` that failed half-way. */
  async remove(): Promise<void> {
    for (const server of this.#servers.values()) {
      if (server.exitCode !== null || server.signalCode !== null) continue
      const exited = once(server, 'exit')
      server.kill('SIGKILL')
      await exited
    }
    for (const namespace of this.#namespaces) await runCommand('ip', ['netns', 'delete', namespace])
  }

  async #addNamespace(namespace: string): Promise<void> {
    this.#namespaces.push(namespace)
    await run('ip', ['netns', 'add', namespace])
    await run('ip', ['-n', namespace, 'link', 'set', 'lo', 'up'])
  }

  /** @returns the address of the namespace's end */
  async #link(namespace: string): Promise<string> {
    const number = this.#links++
    const [near, far] = [`198.18.2.${number * 4 + 1}`, `198.18.2.${number * 4 + 2}`]
    const nearEnd = ['name', `peer${number}`, 'netns', this.loadBalancer]
    await run('ip', ['link', 'add', ...nearEnd, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', namespace])
    const nearLines = [`address add ${near}/30 dev peer${number}`, `link set peer${number} up`]
    const farLines = [`address add ${far}/30 dev eth0`, 'link set eth0 up', `route add default via ${near}`]
    await run('ip', ['-n', this.loadBalancer, '-batch', '-'], { input: `${nearLines.join('\n')}\n` })
    await run('ip', ['-n', namespace, '-batch', '-'], { input: `${farLines.join('\n')}\n` })
    return far
  }
}
