import { describe, expect, it } from 'vitest'
import { agentPort } from '../../dashboards/prometheus/scrape-configuration.ts'
import { toRenderedFiles } from '../../dashboards/rendered-files.ts'
import { sensorPort } from '../../infra/aws/constructs/sensor-port.ts'
import { inFolder, promtool, settings } from './promtool.ts'

const files = toRenderedFiles(settings)
const text = (path: string): string => files.get(path) ?? ''

describe('toRenderedFiles', () => {
  it('gives Grafana boards that are JSON, each under its own name', () => {
    const boards = [...files].filter(([path]) => path.startsWith('grafana/dashboards/'))
    expect(boards.length).toBe(6)
    for (const [path, json] of boards) expect(path).toContain(JSON.parse(json).uid.replace('mirror-fleet-', ''))
  })

  it.each(['ec2', 'static', 'local-region'])('gives Prometheus a configuration that it takes: %s', async (name) => {
    const said = await inFolder(files, (folder) => promtool('check', 'config', `${folder}/prometheus/${name}.yml`))
    expect(said).toMatch(/2 rule files found[\s\S]*is valid prometheus config/)
  })

  it('scrapes the port on which the stacks let a scraper in', () => {
    expect(agentPort).toBe(sensorPort.http)
  })

  it('mounts in the containers only what it writes, and listens on loopback alone', () => {
    const compose = text('docker-compose.yml')
    const mounts = [...compose.matchAll(/"\.\/([^:"]+):[^"]*:ro"/g)].map((match) => match[1] ?? '')
    expect(mounts).toEqual(['prometheus', 'grafana/provisioning', 'grafana/dashboards'])
    for (const folder of mounts) expect([...files.keys()].some((path) => path.startsWith(`${folder}/`))).toBe(true)
    const ports = [...compose.matchAll(/"([\d.]+):\d+:\d+"/g)].map((match) => match[1])
    expect(ports).toEqual(['127.0.0.1', '127.0.0.1'])
  })

  it('keeps no password: compose refuses to start without one', () => {
    expect(text('docker-compose.yml')).toContain('"${GRAFANA_PASSWORD:?')
  })

  it('provides the boards where compose mounts them', () => {
    const path = /path: "([^"]+)"/.exec(text('grafana/provisioning/dashboards/mirror-fleet.yml'))?.[1]
    expect(text('docker-compose.yml')).toContain(`./grafana/dashboards:${path}:ro`)
  })
})
