/** Where Grafana's container finds the boards. */
export const boardFolder = '/etc/grafana/mirror-fleet'

/** @param intervalSeconds of the scrapes: Grafana makes `$__rate_interval` from it */
export const toDataSources = (prometheusUrl: string, intervalSeconds: number, region: string) => ({
  apiVersion: 1,
  datasources: [
    {
      name: 'Prometheus (mirror-fleet)',
      uid: 'mirror-fleet-prometheus',
      type: 'prometheus',
      access: 'proxy',
      url: prometheusUrl,
      isDefault: true,
      jsonData: { timeInterval: `${intervalSeconds}s`, httpMethod: 'POST' },
    },
    {
      name: 'CloudWatch (mirror-fleet)',
      uid: 'mirror-fleet-cloudwatch',
      type: 'cloudwatch',
      access: 'proxy',
      // The role of the instance or task that Grafana runs on, or the environment's keys.
      jsonData: { authType: 'default', defaultRegion: region },
    },
  ],
})

export const boardProvider = {
  apiVersion: 1,
  providers: [{ name: 'mirror-fleet', folder: 'mirror-fleet', type: 'file', options: { path: boardFolder } }],
}
