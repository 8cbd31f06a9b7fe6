import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard'
import { cloudWatchSource, prometheusSource } from '../panels/grafana-query.ts'
import { chosen, chosenFleets, chosenSensors, scraped } from '../queries.ts'

const source = (name: string, type: string) =>
  new dashboard.DatasourceVariableBuilder(name).label(`Data source: ${type}`).type(type)

/** All values of a label, several of which may be chosen; `All` matches series that came since the board was loaded, too. */
const labelOf = (label: string, selector: string) =>
  new dashboard.QueryVariableBuilder(label)
    .label(label)
    .datasource(prometheusSource)
    .query({ qryType: 1, query: `label_values(${selector}, ${label})`, refId: label })
    .refresh(dashboard.VariableRefresh.OnTimeRangeChanged)
    .sort(dashboard.VariableSort.NaturalAsc)
    .multi(true)
    .includeAll(true)
    .allValue('.*')
    .current({ text: 'All', value: '$__all' })

/** Each is offered within those before it. */
export const sensorVariables = [
  source('prometheus', 'prometheus'),
  labelOf('fleet', scraped()),
  labelOf('zone', scraped(chosenFleets)),
  labelOf('sensor', scraped(`${chosenFleets},zone=~"$zone"`)),
]

export const threadVariable = labelOf('thread', chosen('threadCapturePackets'))
export const chosenThreads = `${chosenSensors},thread=~"$thread"`

export const textVariable = (name: string, label: string, value: string) =>
  new dashboard.TextBoxVariableBuilder(name).label(label).defaultValue(value).current({ text: value, value })

const cloudWatchLabel = (name: string, label: string, namespace: string, metricName: string, dimensionKey: string) =>
  new dashboard.QueryVariableBuilder(name)
    .label(label)
    .datasource(cloudWatchSource)
    .query({ refId: name, queryType: 'dimensionValues', region: '$region', namespace, metricName, dimensionKey })
    .refresh(dashboard.VariableRefresh.OnTimeRangeChanged)

/** What CloudWatch has figures for; a fleet's own names are in the outputs of its stacks. */
export const cloudWatchVariables = [
  source('cloudwatch', 'cloudwatch'),
  new dashboard.QueryVariableBuilder('region')
    .label('region')
    .datasource(cloudWatchSource)
    .query({ refId: 'region', queryType: 'regions' })
    .refresh(dashboard.VariableRefresh.OnDashboardLoad),
  new dashboard.CustomVariableBuilder('balancer_namespace')
    .label('kind of load balancer')
    .values('AWS/NetworkELB,AWS/GatewayELB')
    .current({ text: 'AWS/NetworkELB', value: 'AWS/NetworkELB' }),
  cloudWatchLabel('balancer', 'load balancer', '$balancer_namespace', 'HealthyHostCount', 'LoadBalancer'),
  cloudWatchLabel('target_group', 'target group', '$balancer_namespace', 'HealthyHostCount', 'TargetGroup'),
  cloudWatchLabel('group', 'Auto Scaling group', 'AWS/AutoScaling', 'GroupInServiceInstances', 'AutoScalingGroupName'),
  cloudWatchLabel('endpoint', 'endpoint', 'AWS/PrivateLinkEndpoints', 'PacketsDropped', 'VPC Endpoint Id'),
  cloudWatchLabel('source_instance', 'mirrored instance', 'AWS/EC2', 'NetworkPacketsSkipMirrorOut', 'InstanceId'),
]
