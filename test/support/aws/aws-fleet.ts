import { createServer, type RequestListener, type Server } from 'node:http'
import { portOf } from '../listening-port.ts'
import { type QueryApi, startQueryApi } from './query-api.ts'

/** One sensor as AWS and itself describe it. */
export interface DescribedSensor {
  readonly id: string
  /** null: not in the Auto Scaling group. */
  readonly lifecycleState: string | null
  readonly healthStatus?: string
  /** null: no target. */
  readonly targetState: string | null
  readonly targetReason?: string
  /** What its port answers; null: nobody listens, and undefined: a healthy and ready sensor. */
  readonly listener?: RequestListener | null
  /** DescribeInstances does not have it. */
  readonly withoutAddress?: boolean
}

export interface AwsFleet {
  /** Auto Scaling and Elastic Load Balancing. */
  readonly queryApi: QueryApi
  readonly ec2Endpoint: string
  /** Of every sensor. */
  readonly port: number
  readonly setEc2Error: (code: string) => void
  readonly close: () => Promise<void>
}

export const targetGroupArn =
  'arn:aws:elasticloadbalancing:eu-central-1:111122223333:targetgroup/web-sensors/0123456789abcdef'

/** Body of a sensor's /status, as far as the fleet reads it, amid what it does not. */
export const toStatusBody = (id: string, change: object = {}, window: object | null = {}): string =>
  JSON.stringify({
    id,
    zone: 'eu-central-1a',
    verdict: { status: 'healthy', ready: true, findings: [], ...change },
    window: window === null ? null : { windowSeconds: 10, capturePackets: 50_000, captureDrops: 0, ...window },
    engine: { phase: 'running', pid: 7 },
  })

export const answer =
  (body: string): RequestListener =>
  (request, response) =>
    void response.writeHead(request.url === '/status' ? 200 : 404).end(body)

/**
 * Auto Scaling, Elastic Load Balancing and EC2 as HTTP endpoints that know these sensors, and each sensor on a loopback
 * address of its own.
 * @param targetGroups of the group; none: a fleet behind no load balancer
 */
export async function startAwsFleet(
  described: readonly DescribedSensor[],
  targetGroups: readonly string[] = [targetGroupArn],
): Promise<AwsFleet> {
  const { servers, port } = await startSensors(described)
  const queryApi = await startQueryApi({
    DescribeAutoScalingGroups: ({ parameters }) =>
      parameters['AutoScalingGroupNames.member.1'] === 'web-sensors' ? toGroupXml(described, targetGroups) : '',
    DescribeTargetHealth: () => toTargetsXml(described),
  })
  const ec2 = await startEc2(described)
  return {
    ...{ queryApi, port, ec2Endpoint: ec2.endpoint, setEc2Error: ec2.setError },
    close: async () => {
      await queryApi.close()
      await Promise.all([...servers, ec2.server].map(closeServer))
    },
  }
}

const toAddress = (index: number): string => `127.0.9.${index + 1}`

async function startSensors(described: readonly DescribedSensor[]) {
  const servers: Server[] = []
  // The first takes any port; addresses differ, so the others can have the same.
  const reserve = createServer()
  let port = await listen(reserve, '127.0.9.250', 0)
  await closeServer(reserve)
  for (const [index, { id, listener = answer(toStatusBody(id)) }] of described.entries()) {
    if (listener === null) continue
    const server = createServer(listener)
    servers.push(server)
    port = await listen(server, toAddress(index), port)
  }
  return { servers, port }
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.on('error', reject)
    server.listen(port, host, () => resolve(portOf(server)))
  })
}

function closeServer(server: Server): Promise<void> {
  server.closeAllConnections()
  return new Promise((resolve) => server.close(() => resolve()))
}

function toGroupXml(described: readonly DescribedSensor[], targetGroups: readonly string[]): string {
  const instances = described.flatMap(({ id, lifecycleState, healthStatus = 'Healthy' }) =>
    lifecycleState === null
      ? []
      : `<member><InstanceId>${id}</InstanceId><AvailabilityZone>eu-central-1a</AvailabilityZone>
<LifecycleState>${lifecycleState}</LifecycleState><HealthStatus>${healthStatus}</HealthStatus></member>`,
  )
  const arns = targetGroups.map((arn) => `<member>${arn}</member>`)
  return `<AutoScalingGroups><member><AutoScalingGroupName>web-sensors</AutoScalingGroupName>
<DesiredCapacity>${instances.length}</DesiredCapacity><AvailabilityZones><member>eu-central-1a</member></AvailabilityZones>
<TargetGroupARNs>${arns.join('')}</TargetGroupARNs><Instances>${instances.join('')}</Instances></member></AutoScalingGroups>`
}

function toTargetsXml(described: readonly DescribedSensor[]): string {
  const targets = described.flatMap(({ id, targetState, targetReason }) =>
    targetState === null
      ? []
      : `<member><Target><Id>${id}</Id><Port>4789</Port></Target><TargetHealth><State>${targetState}</State>
${targetReason === undefined ? '' : `<Reason>${targetReason}</Reason>`}</TargetHealth></member>`,
  )
  return `<TargetHealthDescriptions>${targets.join('')}</TargetHealthDescriptions>`
}

/** EC2's own dialect of the Query protocol: no Result element, and other errors. One instance a page. */
async function startEc2(described: readonly DescribedSensor[]) {
  let error: string | null = null
  const known = described.flatMap(({ id, withoutAddress }, index) =>
    withoutAddress ? [] : [{ id, address: toAddress(index) }],
  )
  const server = createServer(async (request, response) => {
    const body = new URLSearchParams((await request.toArray()).join(''))
    response.setHeader('content-type', 'text/xml')
    if (error !== null) {
      const xml = `<Response><Errors><Error><Code>${error}</Code><Message>not you</Message></Error></Errors></Response>`
      response.writeHead(403).end(xml)
      return
    }
    const asked = [...body].filter(([name]) => name.startsWith('Filter.1.Value.')).map(([, id]) => id)
    const found = known.filter(({ id }) => asked.includes(id))
    const page = Number(body.get('NextToken') ?? 0)
    const more = page + 1 < found.length ? `<nextToken>${page + 1}</nextToken>` : ''
    const items = found
      .slice(page, page + 1)
      .map(
        ({ id, address }) =>
          `<item><instancesSet><item><instanceId>${id}</instanceId><privateIpAddress>${address}</privateIpAddress></item></instancesSet></item>`,
      )
    response.end(
      `<DescribeInstancesResponse><reservationSet>${items.join('')}</reservationSet>${more}</DescribeInstancesResponse>`,
    )
  })
  const port = await listen(server, '127.0.0.1', 0)
  return {
    server,
    endpoint: `http://127.0.0.1:${port}`,
    setError: (code: string) => {
      error = code
    },
  }
}
