import { Match, Template } from 'aws-cdk-lib/assertions'
import { describe, expect, it } from 'vitest'
import { ArchiveStack } from '../../../../infra/aws/stacks/archive-stack.ts'
import { awsEnv, createAwsApp, toAwsFleet } from '../../../support/aws-app.ts'

const template = Template.fromStack(new ArchiveStack(createAwsApp(), 'archive', { fleet: toAwsFleet(), env: awsEnv }))
const buckets = Object.values(template.findResources('AWS::S3::Bucket'))

describe('the archive', () => {
  it('is encrypted with a key of its own that is changed each year', () => {
    template.hasResourceProperties('AWS::KMS::Key', { EnableKeyRotation: true })
    template.hasResourceProperties('AWS::S3::Bucket', {
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          { BucketKeyEnabled: true, ServerSideEncryptionByDefault: Match.objectLike({ SSEAlgorithm: 'aws:kms' }) },
        ],
      },
    })
  })

  it('lets nobody in without TLS', () => {
    const policies = Object.values(template.findResources('AWS::S3::BucketPolicy'))
    expect(policies).toHaveLength(buckets.length)
    for (const { Properties } of policies) {
      expect(Properties.PolicyDocument.Statement).toContainEqual(
        expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
      )
    }
  })

  it('is closed to the public, keeps versions and outlives the fleet, as does the log of who read it', () => {
    expect(buckets).toHaveLength(2)
    for (const { Properties, DeletionPolicy } of buckets) {
      expect(Object.values(Properties.PublicAccessBlockConfiguration)).toEqual([true, true, true, true])
      expect(Properties.VersioningConfiguration).toEqual({ Status: 'Enabled' })
      expect(DeletionPolicy).toBe('Retain')
    }
    template.hasResourceProperties('AWS::S3::Bucket', { LoggingConfiguration: { LogFilePrefix: 'archive/' } })
  })

  it('leaves no marker of what it forgot, nor does its log', () => {
    for (const { Properties } of buckets) {
      expect(Properties.LifecycleConfiguration.Rules).toContainEqual({
        ExpiredObjectDeleteMarker: true,
        Status: 'Enabled',
      })
    }
  })

  it('costs less with time, and forgets', () => {
    template.hasResourceProperties('AWS::S3::Bucket', {
      LifecycleConfiguration: {
        Rules: Match.arrayWith([
          Match.objectLike({
            ExpirationInDays: 365,
            Transitions: [{ StorageClass: 'GLACIER_IR', TransitionInDays: 30 }],
            AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
          }),
        ]),
      },
    })
  })

  it('lets a sensor write under the name of its fleet, and read nothing', () => {
    const [policy] = Object.values(template.findResources('AWS::IAM::ManagedPolicy'))
    const statements: readonly { Action: string; Resource: unknown }[] = policy?.Properties.PolicyDocument.Statement
    expect(statements.flatMap(({ Action }) => Action)).toEqual(['s3:PutObject', 'kms:Decrypt', 'kms:GenerateDataKey'])
    expect(JSON.stringify(statements[0]?.Resource)).toContain('/test/*')
  })

  it('opens a data key for S3 only, which asks for it in an upload by parts', () => {
    const [policy] = Object.values(template.findResources('AWS::IAM::ManagedPolicy'))
    expect(policy?.Properties.PolicyDocument.Statement[1].Condition).toEqual({
      StringEquals: { 'kms:ViaService': { 'Fn::Join': ['', ['s3.eu-central-1.', { Ref: 'AWS::URLSuffix' }]] } },
    })
  })
})
