import { CfnElement, Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib'
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { Key } from 'aws-cdk-lib/aws-kms'
import * as s3 from 'aws-cdk-lib/aws-s3'
import { Construct } from 'constructs'

/** How long logs are kept is the law's business more than ours: a year, of which a month at hand. */
const onlineDays = 30
const archivedDays = 365
const accessLogDays = 90

const closedBucket = {
  blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
  enforceSSL: true,
  minimumTLSVersion: 1.2,
  versioned: true,
  // Evidence outlives the fleet: `cdk destroy` leaves it, the README says how to remove it.
  removalPolicy: RemovalPolicy.RETAIN,
}

/** What expires in a versioned bucket leaves a marker. It goes by a rule of its own (S3 user guide, lifecycle examples). */
const forgottenNames = { expiredObjectDeleteMarker: true }

/** Where the sensors' logs are kept: encrypted with a key of its own, versioned, and with a log of who read them. */
export class ArchiveBucket extends Construct {
  readonly key: Key
  /** To write under the prefix, and read nothing: for the role of who sends logs. */
  readonly writer: ManagedPolicy

  /** @param prefix of the objects that `writer` may write, without a slash at its end */
  constructor(scope: Construct, id: string, prefix: string) {
    super(scope, id)
    this.key = new Key(this, 'Key', {
      description: 'Logs of the sensors in the archive bucket',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    })
    const accessLogs = new s3.Bucket(this, 'AccessLogs', {
      ...closedBucket,
      // Log delivery writes with no key of ours (S3 user guide, "Enabling server access logging").
      encryption: s3.BucketEncryption.S3_MANAGED,
      lifecycleRules: [
        {
          expiration: Duration.days(accessLogDays),
          noncurrentVersionExpiration: Duration.days(1),
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
        forgottenNames,
      ],
    })
    const bucket = new s3.Bucket(this, 'Bucket', {
      ...closedBucket,
      encryption: s3.BucketEncryption.KMS,
      encryptionKey: this.key,
      // One data key for many objects: without it KMS bills, and throttles, by the object.
      bucketKeyEnabled: true,
      serverAccessLogsBucket: accessLogs,
      serverAccessLogsPrefix: 'archive/',
      lifecycleRules: [
        {
          transitions: [
            { storageClass: s3.StorageClass.GLACIER_INSTANT_RETRIEVAL, transitionAfter: Duration.days(onlineDays) },
          ],
          expiration: Duration.days(archivedDays),
          noncurrentVersionExpiration: Duration.days(onlineDays),
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
        forgottenNames,
      ],
    })
    this.writer = this.addWriter(bucket, prefix)
  }

  private addWriter(bucket: s3.Bucket, prefix: string): ManagedPolicy {
    const { region, urlSuffix } = Stack.of(this)
    const writer = new ManagedPolicy(this, 'Writer', {
      description: `Writes under ${prefix}/ of the archive, and reads nothing`,
      statements: [
        new PolicyStatement({
          sid: 'WriteLogs',
          actions: ['s3:PutObject'],
          resources: [bucket.arnForObjects(`${prefix}/*`)],
        }),
        new PolicyStatement({
          sid: 'EncryptLogs',
          // An upload in parts opens its data key again for each part (S3 user guide, "Multipart upload and AWS KMS").
          actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
          resources: [this.key.keyArn],
          conditions: { StringEquals: { 'kms:ViaService': `s3.${region}.${urlSuffix}` } },
        }),
      ],
    })
    const resource = bucket.node.defaultChild
    if (!CfnElement.isCfnElement(resource)) throw new Error(`${this.node.path}: the bucket has no resource of its own`)
    Validations.of(writer).acknowledge({
      id: `AwsSolutions-IAM5[Resource::<${Stack.of(this).getLogicalId(resource)}.Arn>/${prefix}/*]`,
      reason: 'Names of log objects are not known beforehand; the prefix is one fleet.',
    })
    return writer
  }
}
