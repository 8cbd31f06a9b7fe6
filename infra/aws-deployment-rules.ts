import type { AwsDeployment } from './aws-deployment.ts'
import { mirrorRules } from './aws-mirror-rules.ts'
import { networkRules } from './aws-network-rules.ts'
import { type Complaint, complain, judgeUnique } from './complaint.ts'
import type { FleetDescription } from './fleet.ts'

/** What fields must agree on where the fleet is AWS's. */
export type AwsRule = (fleet: FleetDescription, aws: AwsDeployment) => readonly (Complaint | false)[]

/** Suricata's packages, its rules and the agent take a new instance minutes; less makes a fleet that replaces itself for ever. */
const leastInstallationSeconds = 300

/** Row order is the order of the complaints. */
const rules: readonly AwsRule[] = [
  ...networkRules,
  ...mirrorRules,

  (_, { instances: { imageId, launchDeadlineSeconds } }) => [
    imageId === undefined &&
      launchDeadlineSeconds < leastInstallationSeconds &&
      complain(
        'aws.instances.launchDeadlineSeconds',
        launchDeadlineSeconds,
        `${leastInstallationSeconds} or more, unless aws.instances.imageId names an AMI with Suricata`,
      ),
  ],

  (_, { alarmEmails }) => judgeUnique(alarmEmails, (index) => `aws.alarmEmails[${index}]`, 'each address once'),
]

/** @returns every complaint about `aws` and the fields that it must fit; without `aws` only that there is something to mirror. */
export const judgeAwsDeployment = (fleet: FleetDescription): Complaint[] => {
  const { aws } = fleet
  if (aws === undefined) return fleet.sources.length > 0 ? [] : [complain('sources', [], 'at least one source')]
  return rules.flatMap((rule) => rule(fleet, aws)).filter((complaint) => complaint !== false)
}
