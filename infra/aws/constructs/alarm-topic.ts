import { Stack } from 'aws-cdk-lib'
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Key } from 'aws-cdk-lib/aws-kms'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import { Construct } from 'constructs'

/** Where alarms go: an encrypted topic, and the addresses that confirm their subscription. */
export class AlarmTopic extends Construct {
  readonly topic: Topic

  constructor(scope: Construct, id: string, emails: readonly string[]) {
    super(scope, id)
    const key = new Key(this, 'Key', { enableKeyRotation: true, description: 'Alarms of the sensor fleet' })
    // CloudWatch cannot publish to a topic whose key it may not use, and says so only in the alarm's history.
    key.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    )
    this.topic = new Topic(this, 'Topic', { masterKey: key, enforceSSL: true })
    for (const email of emails) this.topic.addSubscription(new EmailSubscription(email))
  }
}
