import { boardFolder } from './provisioning.ts'

/** Compose fills in `${…}` from its environment. */
const fromEnvironment = (variable: string): string => `\${${variable}}`

/** Prometheus and Grafana on loopback, with everything that is rendered beside this file. */
export const compose = {
  services: {
    prometheus: {
      image: 'prom/prometheus:v3.5.0',
      command: [
        `--config.file=/etc/prometheus/${fromEnvironment('PROMETHEUS_CONFIGURATION:-static')}.yml`,
        '--storage.tsdb.path=/prometheus',
        '--storage.tsdb.retention.time=15d',
      ],
      volumes: ['./prometheus:/etc/prometheus:ro', 'prometheus-data:/prometheus'],
      ports: ['127.0.0.1:9090:9090'],
      restart: 'unless-stopped',
    },
    grafana: {
      image: 'grafana/grafana:12.1.1',
      environment: {
        GF_SECURITY_ADMIN_PASSWORD: fromEnvironment('GRAFANA_PASSWORD:?set a password for the user admin'),
      },
      volumes: [
        './grafana/provisioning:/etc/grafana/provisioning:ro',
        `./grafana/dashboards:${boardFolder}:ro`,
        'grafana-data:/var/lib/grafana',
      ],
      ports: ['127.0.0.1:3000:3000'],
      depends_on: ['prometheus'],
      restart: 'unless-stopped',
    },
  },
  volumes: { 'prometheus-data': {}, 'grafana-data': {} },
}
