import { connect } from 'node:net'

/**
 * Asks one URL again and again and prints the latencies as JSON. Runs inside a sensor's namespace and asks as a load
 * balancer's health checker does: a new connection each time. It speaks HTTP by hand, so that little of what it measures is
 * its own work.
 *
 *   http-latency.ts HOST PORT PATH REQUESTS PER_SECOND
 */
const [host = '', port = '0', path = '/', requests = '0', perSecond = '1'] = process.argv.slice(2)
const pauseMilliseconds = 1000 / Number(perSecond)
/** The first requests time how the prober itself warms up. */
const warmUpRequests = 20
const deadlineMilliseconds = 10_000

const ask = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const began = performance.now()
    let answer = ''
    const socket = connect(Number(port), host, () =>
      socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}:${port}\r\nConnection: close\r\n\r\n`),
    )
    socket
      .setNoDelay(true)
      .setTimeout(deadlineMilliseconds, () => socket.destroy(new Error(`${path} did not answer in time`)))
      .setEncoding('latin1')
      .on('data', (text: string) => {
        answer += text
      })
      .once('error', reject)
      .once('end', () => {
        if (answer.startsWith('HTTP/1.1 200')) resolve(performance.now() - began)
        else reject(new Error(`${path} answered ${answer.slice(0, 100)}`))
      })
  })

/**
 * Each request goes out at its time, whether or not the ones before it were answered: were it to wait for them, a stall would
 * be met by one request instead of by all that belong to it. A timer's lateness is the prober's own, and not counted.
 */
const start = performance.now()
const answers: Promise<number>[] = []
for (let n = 0; n < warmUpRequests + Number(requests); n++) {
  await new Promise((resolve) => setTimeout(resolve, start + n * pauseMilliseconds - performance.now()))
  const answer = ask()
  // Who is to hear of a failure is the `all` below, and not before every request has gone out.
  answer.catch(() => {})
  answers.push(answer)
}
process.stdout.write(JSON.stringify((await Promise.all(answers)).slice(warmUpRequests)))
