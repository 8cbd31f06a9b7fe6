import { get, type IncomingMessage } from 'node:http'
import { toFault } from './aws-call.ts'
import type { SensorAnswer } from './fleet-reading.ts'
import { decodeSensorStatus } from './sensor-status.ts'

/** A full answer has about 5 KiB. What is longer comes from no agent of ours. */
const maxBytes = 256 * 1024

/**
 * Asks one sensor for its /status.
 * @param signal ends the asking; by then the sensor has not answered
 * @returns always: what came back, or why nothing did
 */
export async function readSensor(address: string, port: number, signal: AbortSignal): Promise<SensorAnswer> {
  try {
    const response = await request(address, port, signal)
    if (response.statusCode !== 200) {
      response.destroy()
      return { answered: false, fault: `/status answered with HTTP ${response.statusCode}` }
    }
    const status = decodeSensorStatus(await readText(response))
    return status === null
      ? { answered: false, fault: 'the answer is no /status of a sensor' }
      : { answered: true, status }
  } catch (error) {
    return { answered: false, fault: signal.aborted ? 'no answer in time' : toFault(error) }
  }
}

/** A redirect is not followed: a sensor must not send us anywhere. */
const request = (host: string, port: number, signal: AbortSignal) =>
  new Promise<IncomingMessage>((resolve, reject) => {
    get({ host, port, path: '/status', agent: false, signal }, resolve).on('error', reject)
  })

/** @throws when it is too long, is cut off, or the signal comes */
async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of response) {
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes > maxBytes) throw new Error(`the answer has more than ${maxBytes} bytes`)
  }
  return Buffer.concat(chunks).toString('utf8')
}
