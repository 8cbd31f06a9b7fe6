import { request } from 'node:http'

/**
 * Asks one URL again and again and prints the latencies as JSON. Runs inside a sensor's namespace, as the load balancer's
 * health checker and Prometheus do: a new connection each time.
 *
 *   http-latency.ts URL REQUESTS PER_SECOND
 */
const [url = '', requests = '0', perSecond = '1'] = process.argv.slice(2)
const pauseMilliseconds = 1000 / Number(perSecond)

const ask = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const began = performance.now()
    request(url, { agent: false, timeout: 10_000 }, (response) => {
      response.resume().once('end', () => resolve(performance.now() - began))
    })
      .once('timeout', () => reject(new Error(`${url} did not answer within 10 s`)))
      .once('error', reject)
      .end()
  })

const milliseconds: number[] = []
for (let n = 0; n < Number(requests); n++) {
  const took = await ask()
  milliseconds.push(took)
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, pauseMilliseconds - took)))
}
process.stdout.write(JSON.stringify(milliseconds))
