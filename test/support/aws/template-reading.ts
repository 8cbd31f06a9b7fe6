import type { Template } from 'aws-cdk-lib/assertions'

export type Properties = Readonly<Record<string, unknown>>
/** @returns the properties of each resource of a type, by logical id */
export function toResources(template: Template, type: string): Readonly<Record<string, Properties>> {
  const resources: Readonly<Record<string, { readonly Properties?: Properties }>> = template.findResources(type)
  return Object.fromEntries(Object.entries(resources).map(([id, { Properties = {} }]) => [id, Properties]))
}

/** @returns the properties of the one resource of a type */
export function toResource(template: Template, type: string): Properties {
  const [resource, ...surplus] = Object.values(toResources(template, type))
  if (resource === undefined || surplus.length > 0) throw new Error(`not one ${type}, but ${surplus.length + 1}`)
  return resource
}

interface Attribute {
  readonly Key: string
  readonly Value: string
}
/** @returns attributes of a load balancer or target group by key */
export const toAttributes = (attributes: unknown): Readonly<Record<string, string>> =>
  Array.isArray(attributes) ? Object.fromEntries(attributes.map(({ Key, Value }: Attribute) => [Key, Value])) : {}

interface Rule {
  readonly IpProtocol: string
  readonly FromPort?: number
  readonly ToPort?: number
  readonly CidrIp?: string
  readonly GroupId?: GroupReference
  readonly SourceSecurityGroupId?: GroupReference
  readonly DestinationSecurityGroupId?: GroupReference
}
interface GroupReference {
  readonly 'Fn::GetAtt': readonly [string, string]
}
interface Group {
  readonly GroupDescription: string
  readonly SecurityGroupIngress?: readonly Rule[]
  readonly SecurityGroupEgress?: readonly Rule[]
}

/**
 * @returns `protocol/port peer` of each rule of each group, the groups by description. Rules stand in the group or beside
 * it, and AWS sees no difference.
 */
export function toSecurityRules(template: Template, direction: 'Ingress' | 'Egress'): Record<string, string[]> {
  const groups: readonly (readonly [string, Group])[] = Object.entries(
    template.findResources('AWS::EC2::SecurityGroup'),
  ).map(([id, { Properties }]) => [id, Properties])
  const beside: readonly Rule[] = Object.values(template.findResources(`AWS::EC2::SecurityGroup${direction}`)).map(
    ({ Properties }) => Properties,
  )
  const nameOf = (reference: GroupReference | undefined) =>
    groups.find(([id]) => id === reference?.['Fn::GetAtt'][0])?.[1].GroupDescription
  const toText = (rule: Rule) =>
    `${rule.IpProtocol}/${rule.FromPort === rule.ToPort ? rule.FromPort : 'range'} ` +
    `${rule.CidrIp ?? nameOf(rule.SourceSecurityGroupId ?? rule.DestinationSecurityGroupId)}`
  return Object.fromEntries(
    groups.map(([, group]) => {
      const inside = group[`SecurityGroup${direction}`] ?? []
      const rules = [...inside, ...beside.filter((rule) => nameOf(rule.GroupId) === group.GroupDescription)]
      return [group.GroupDescription, rules.map(toText).toSorted()]
    }),
  )
}
