import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { text } from 'node:stream/consumers'

/**
 * What an instance finds around it: the metadata service (version 2) at its own address, and S3 and Auto Scaling by TLS. A
 * program, for it runs in the instance's network namespace: node instance-surroundings.ts FOLDER
 *
 * FOLDER holds asset.zip, key.pem, cert.pem and `s3-answers`: a word for each request to come, `403`, `500`, `silence` or
 * `cut`; after the last S3 serves. Each request is added to `requests`, a JSON line.
 */
const folder = process.argv[2] ?? ''
const read = (name: string): Buffer => readFileSync(`${folder}/${name}`)
const record = (service: string, { method, url, headers }: IncomingMessage, body = '') =>
  appendFileSync(`${folder}/requests`, `${JSON.stringify({ service, method, url, headers, body })}\n`)

const token = 'AQAEAexample=='
const credentials = {
  Code: 'Success',
  Type: 'AWS-HMAC',
  AccessKeyId: 'ASIAEXAMPLE',
  SecretAccessKey: 'secret/of+the/test',
  Token: 'session/of+the/test==',
}
const metadata: Readonly<Record<string, string>> = {
  'iam/security-credentials/': 'sensor-role',
  'iam/security-credentials/sensor-role': JSON.stringify(credentials, null, 2),
  'instance-id': 'i-0123456789abcdef0',
  'placement/availability-zone': 'us-east-1a',
}

const sendText = (response: ServerResponse, status: number, text: string) => {
  response.writeHead(status).end(text)
}

createHttpServer((request, response) => {
  record('metadata', request)
  const answer = metadata[request.url?.replace('/latest/meta-data/', '') ?? '']
  const isProven = request.headers['x-aws-ec2-metadata-token'] === token
  if (request.method === 'PUT' && request.url === '/latest/api/token') sendText(response, 200, token)
  else if (!isProven) sendText(response, 401, '')
  else sendText(response, answer === undefined ? 404 : 200, answer ?? '')
}).listen(80, '169.254.169.254')

const nextAnswer = (): string => {
  const [answer, ...more] = read('s3-answers').toString().split(' ').filter(Boolean)
  writeFileSync(`${folder}/s3-answers`, more.join(' '))
  return answer ?? 'serve'
}

async function answerAutoScaling(request: IncomingMessage, response: ServerResponse): Promise<void> {
  record('auto-scaling', request, await text(request))
  sendText(response, 200, '<CompleteLifecycleActionResponse/>')
}

createHttpsServer({ key: read('key.pem'), cert: read('cert.pem') }, (request, response) => {
  if (request.headers.host?.startsWith('autoscaling.')) {
    void answerAutoScaling(request, response)
    return
  }
  record('s3', request)
  const answer = nextAnswer()
  const zip = read('asset.zip')
  if (answer === 'silence') return
  if (answer === 'cut') {
    response
      .writeHead(200, { 'content-length': zip.length })
      .write(zip.subarray(0, 1024), () => request.socket.destroy())
    return
  }
  if (answer === 'serve') response.writeHead(200, { 'content-length': zip.length }).end(zip)
  else sendText(response, Number(answer), '<Error/>')
}).listen(443, '127.0.0.1', () => appendFileSync(`${folder}/requests`, ''))
