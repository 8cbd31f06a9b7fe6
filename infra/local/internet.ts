import { mkdir, writeFile } from 'node:fs/promises'
import { run } from './command.ts'
import { type NamespaceProcess, startInNamespace } from './namespace-process.ts'
import type { NetworkPlan } from './network-plan.ts'

/** Names under this domain resolve to the web server; `.test` never exists on the real internet (RFC 6761). */
export const testDomain = 'example.test'

/** Starts what the sources talk to: nginx for HTTP and HTTPS, dnsmasq as the VPC's resolver. */
export async function startInternet(plan: NetworkPlan, folder: string): Promise<NamespaceProcess[]> {
  const { namespace } = plan.internet
  const nginxFolder = `${folder}/nginx`
  await mkdir(`${nginxFolder}/temp`, { recursive: true })
  await makeCertificate(nginxFolder)
  await writeFile(`${nginxFolder}/nginx.conf`, toNginxConfiguration(nginxFolder, plan.webAddress))
  const nginx = await startInNamespace({
    namespace,
    name: 'nginx',
    command: 'nginx',
    args: ['-c', `${nginxFolder}/nginx.conf`, '-p', nginxFolder, '-e', `${folder}/nginx-error.log`],
    logPath: `${folder}/nginx.log`,
  })
  const dnsmasq = await startInNamespace({
    namespace,
    name: 'dnsmasq',
    command: 'dnsmasq',
    args: toDnsmasqArguments(plan),
    logPath: `${folder}/dnsmasq.log`,
  })
  return [nginx, dnsmasq]
}

/** A self-signed certificate for the test domain, made anew for each region: no key is kept in the project. */
async function makeCertificate(folder: string): Promise<void> {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', `${folder}/key.pem`]
  const name = ['-subj', `/CN=*.${testDomain}`, '-addext', `subjectAltName=DNS:*.${testDomain}`]
  await run('openssl', ['req', '-x509', ...key, ...name, '-days', '2', '-out', `${folder}/certificate.pem`])
}

const toNginxConfiguration = (folder: string, address: string): string => `
daemon off;
user root;
worker_processes 1;
pid ${folder}/nginx.pid;
events { worker_connections 1024; }
http {
  access_log off;
  keepalive_requests 10000;
  client_body_temp_path ${folder}/temp/body;
  proxy_temp_path ${folder}/temp/proxy;
  fastcgi_temp_path ${folder}/temp/fastcgi;
  uwsgi_temp_path ${folder}/temp/uwsgi;
  scgi_temp_path ${folder}/temp/scgi;
  default_type text/plain;
  server {
    listen ${address}:80 reuseport;
    listen ${address}:443 ssl;
    ssl_certificate ${folder}/certificate.pem;
    ssl_certificate_key ${folder}/key.pem;
    ssl_session_tickets off;
    location / { return 200 "hello from $host$request_uri\\n"; }
    location /moved { return 301 https://$host$request_uri; }
  }
}
`

const toDnsmasqArguments = (plan: NetworkPlan): string[] => [
  '--keep-in-foreground',
  '--conf-file=/dev/null',
  '--no-resolv',
  '--no-hosts',
  '--no-poll',
  '--bind-interfaces',
  `--listen-address=${plan.resolverAddress}`,
  '--user=root',
  '--pid-file=',
  // Log lines would grow with the traffic, and nobody reads them.
  '--log-facility=/dev/null',
  `--address=/${testDomain}/${plan.webAddress}`,
]
