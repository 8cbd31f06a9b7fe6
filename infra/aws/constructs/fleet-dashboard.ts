import { AlarmStatusWidget, Dashboard, GraphWidget, type IAlarm, type IMetric } from 'aws-cdk-lib/aws-cloudwatch'
import type { Construct } from 'constructs'
import type { FleetMetrics } from '../fleet-metrics.ts'

const graph = (title: string, left: IMetric[], max?: number) =>
  new GraphWidget({ title, left, width: 12, height: 6, leftYAxis: { min: 0, ...(max === undefined ? {} : { max }) } })

/** The fleet at a glance: alarms, then the packets' way from the load balancer to the place where they are lost. */
export function addFleetDashboard(scope: Construct, name: string, metrics: FleetMetrics, alarms: IAlarm[]): Dashboard {
  const { sensor, group, loadBalancer, dropsByPlace, mirrorSkips } = metrics
  return new Dashboard(scope, 'Dashboard', {
    dashboardName: name,
    widgets: [
      [new AlarmStatusWidget({ title: 'Alarms', alarms, width: 24, height: 4 })],
      [
        graph('Sensors', [
          sensor('Sensors', 'Sum'),
          sensor('Ready', 'Sum'),
          sensor('Degraded', 'Sum'),
          group('GroupInServiceInstances', 'Maximum'),
        ]),
        graph(
          'Busiest worker, %',
          [sensor('WorkerBusyPercent', 'Average'), sensor('WorkerBusyPercent', 'Maximum')],
          100,
        ),
      ],
      [graph('Packets', [sensor('Packets', 'Sum')]), graph('Loss, %', [sensor('LossPercent', 'Maximum')])],
      [
        graph('Drops by place', [dropsByPlace]),
        graph('Shaped by the instance', [sensor('EnaAllowanceExceeded', 'Sum')]),
      ],
      [
        ...(loadBalancer === null
          ? []
          : [
              graph('Targets', [
                loadBalancer('HealthyHostCount', 'Minimum'),
                loadBalancer('UnHealthyHostCount', 'Maximum'),
              ]),
            ]),
        // A widget has one query (CloudWatch guide, Metrics Insights quotas).
        ...mirrorSkips.map((skips) => graph('Not mirrored by the instances of the region', [skips])),
      ],
    ],
  })
}
