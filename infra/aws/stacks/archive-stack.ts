import { Stack, type StackProps } from 'aws-cdk-lib'
import type { IManagedPolicy } from 'aws-cdk-lib/aws-iam'
import type { Construct } from 'constructs'
import type { AwsFleet } from '../aws-fleet.ts'
import { ArchiveBucket } from '../constructs/archive-bucket.ts'
import { exportStrongly } from '../strong-export.ts'

export interface ArchiveStackProps extends StackProps {
  readonly fleet: AwsFleet
}

/** What must survive the fleet. Sensors may write under their fleet's name, and read nothing. */
export class ArchiveStack extends Stack {
  readonly writer: IManagedPolicy

  constructor(scope: Construct, id: string, { fleet, ...props }: ArchiveStackProps) {
    super(scope, id, props)
    const { key, writer } = new ArchiveBucket(this, 'Archive', fleet.name)
    key.addAlias(`alias/${fleet.name}-archive`)
    this.writer = writer
    exportStrongly(this)
  }
}
