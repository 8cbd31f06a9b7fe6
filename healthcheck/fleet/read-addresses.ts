import { isIP } from 'node:net'
import { DescribeInstancesCommand, type EC2Client } from '@aws-sdk/client-ec2'
import { askAws } from './aws-call.ts'

/** Values of one filter (DescribeInstances: "The maximum number of filter values in a request is 200"). */
const idsPerCall = 200

/**
 * Private addresses by instance id. Auto Scaling and the load balancer know instances by id only, and a DNS name made of
 * the id exists only where the interface was made with one (RunInstances, PrivateDnsNameOptions).
 * Asked by filter: one id that is gone would make a list of ids fail as a whole. An instance without an address is left out.
 * @throws FleetUnread
 */
export async function readAddresses(
  client: EC2Client,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const chunks = Array.from({ length: Math.ceil(ids.length / idsPerCall) }, (_, chunk) =>
    ids.slice(chunk * idsPerCall, (chunk + 1) * idsPerCall),
  )
  const pages = await Promise.all(chunks.map((chunk) => readPage(client, chunk, signal)))
  return new Map(pages.flat())
}

async function readPage(
  client: EC2Client,
  ids: readonly string[],
  signal: AbortSignal,
  token?: string,
): Promise<readonly (readonly [string, string])[]> {
  const filter = { Name: 'instance-id', Values: [...ids] }
  const command = new DescribeInstancesCommand({ Filters: [filter], NextToken: token })
  const answer = client.send(command, { abortSignal: signal })
  const { Reservations = [], NextToken } = await askAws('DescribeInstances', answer, signal)
  const here = Reservations.flatMap(({ Instances = [] }) =>
    Instances.flatMap(({ InstanceId: id = '', PrivateIpAddress: address = '' }) =>
      isIP(address) === 0 ? [] : [[id, address] as const],
    ),
  )
  return NextToken ? [...here, ...(await readPage(client, ids, signal, NextToken))] : here
}
