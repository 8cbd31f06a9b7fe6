import { type Static, Type } from 'typebox'

/** The contract between infra, which writes these variables, and the agent, which reads them. */
export const Environment = Type.Object(
  {
    /** Name of this sensor in logs and in /status: the instance id on AWS. */
    SENSOR_ID: Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$' }),
    /** Availability Zone this sensor is in. */
    SENSOR_ZONE: Type.String({ pattern: '^[A-Za-z0-9-]{1,32}$', default: 'local' }),
    /** Address and port of the HTTP routes; the load balancer's health check and Prometheus come here. */
    SENSOR_HTTP_HOST: Type.String({ pattern: '^[0-9a-fA-F.:]{2,45}$', default: '0.0.0.0' }),
    SENSOR_HTTP_PORT: Type.Integer({ minimum: 1024, maximum: 65535, default: 9100 }),
    /** Interface that receives the mirrored packets. */
    SENSOR_INTERFACE: Type.String({ pattern: '^(?!\\.{1,2}$)[A-Za-z0-9._-]{1,15}$', default: 'ens5' }),
    /** Capture threads; one per receive queue. 0 lets the engine take one per core. */
    SENSOR_CAPTURE_THREADS: Type.Integer({ minimum: 0, maximum: 256, default: 0 }),
    /**
     * Who takes the VXLAN envelope off: the engine, or the kernel with a device for each of SENSOR_VNIS. With a device
     * two tenants of equal addresses stay apart, and capture threads share by the inner flow.
     */
    SENSOR_DECAPSULATION: Type.Union([Type.Literal('suricata'), Type.Literal('kernel')], { default: 'suricata' }),
    /**
     * VXLAN network identifiers for which `kernel` makes a device, 1 to 64 of them, each 0 to 16777215. Each has its own
     * capture threads and rings. What comes with any other identifier, or in GENEVE, is left to the engine.
     */
    SENSOR_VNIS: Type.String({ pattern: '^((0|[1-9]\\d{0,7})(,(0|[1-9]\\d{0,7}))*)?$', default: '' }),
    /** AF_PACKET ring of each capture thread: what a busy worker may fall behind before packets are lost. */
    SENSOR_RING_MEBIBYTES: Type.Integer({ minimum: 1, maximum: 4096, default: 64 }),
    /** Addresses that are ours, for the rules' $HOME_NET. */
    SENSOR_HOME_NETS: Type.String({
      pattern: '^[0-9a-fA-F.:/]+(,[0-9a-fA-F.:/]+)*$',
      default: '10.0.0.0/8,172.16.0.0/12,192.168.0.0/16',
    }),
    /** Folder of the agent's own state: generated configuration, rules in force, command socket, process record. */
    SENSOR_STATE_DIR: Type.String({ pattern: '^/[^\\0\\n"]{0,80}$', default: '/var/lib/mirror-fleet/sensor' }),
    /** Folder of the engine's logs: http.log, tls.log, http-data.log, fast.log, eve.json. */
    SENSOR_LOG_DIR: Type.String({ pattern: '^/[^\\0\\n"]{0,200}$', default: '/var/log/mirror-fleet' }),
    /** Folders with *.rules files, separated by colons; one that does not exist is passed over. */
    SENSOR_RULES_DIRS: Type.String({
      pattern: '^/[^\\0\\n"]*$',
      default: '/etc/suricata/rules:/etc/mirror-fleet/rules',
    }),
    /** How often the rule folders are looked at for changes. */
    SENSOR_RULES_CHECK_SECONDS: Type.Integer({ minimum: 1, maximum: 86400, default: 60 }),
    SENSOR_SURICATA_BINARY: Type.String({ pattern: '^/[^\\0\\n"]{0,200}$', default: '/usr/bin/suricata' }),
    /** How often the counters are read and judged. */
    SENSOR_SAMPLE_SECONDS: Type.Integer({ minimum: 1, maximum: 60, default: 1 }),
    /** Span over which loss and busy workers are judged; a standstill is judged as it lasts. */
    SENSOR_WINDOW_SECONDS: Type.Integer({ minimum: 2, maximum: 300, default: 10 }),
    /** Deadline of one command-socket reply. */
    SENSOR_SOCKET_DEADLINE_SECONDS: Type.Number({ minimum: 0.1, maximum: 30, default: 2 }),
    /** Nothing received for so long is a finding (degraded). */
    SENSOR_NO_TRAFFIC_SECONDS: Type.Integer({ minimum: 5, maximum: 86400, default: 300 }),
    /** An engine that is wedged or blind is replaced after so long; one that is only silent after 300 s. */
    SENSOR_WEDGED_RESTART_SECONDS: Type.Integer({ minimum: 5, maximum: 3600, default: 30 }),
    /**
     * Name of the Auto Scaling group that this sensor belongs to; SENSOR_ID is then its instance id. Empty: no AWS API is
     * called and no AWS client is loaded.
     */
    SENSOR_AUTO_SCALING_GROUP: Type.String({ pattern: '^([A-Za-z0-9][A-Za-z0-9._-]{0,254})?$', default: '' }),
    /** Launch hook that the sensor completes once it is ready, and at every passage of a warm pool. Empty: none. */
    SENSOR_LAUNCH_HOOK: Type.String({ pattern: '^([A-Za-z0-9._/-]{1,255})?$', default: '' }),
    /** Termination hook that the sensor completes once it has drained and its engine has ended. Empty: none. */
    SENSOR_TERMINATE_HOOK: Type.String({ pattern: '^([A-Za-z0-9._/-]{1,255})?$', default: '' }),
    /** Target group that a leaving sensor waits to be out of. Empty: only the end of the traffic is waited for. */
    SENSOR_TARGET_GROUP_ARN: Type.String({
      pattern: '^(arn:[a-z-]+:elasticloadbalancing:[a-z0-9-]+:\\d{12}:targetgroup/[A-Za-z0-9-]{1,32}/[0-9a-f]{16})?$',
      default: '',
    }),
    /** CloudWatch namespace of the metrics in cloudwatch.ts, put once a minute. Empty: none are put. */
    SENSOR_CLOUDWATCH_NAMESPACE: Type.String({ pattern: '^([A-Za-z0-9._/#-]{1,255})?$', default: '' }),
    /** Where the instance metadata service (version 2) answers. */
    SENSOR_METADATA_ENDPOINT: Type.String({
      pattern: '^http://[A-Za-z0-9.:\\[\\]-]{1,100}$',
      default: 'http://169.254.169.254',
    }),
    /** `compatible` shows the metrics of suricata_exporter besides our own, by their names. */
    SENSOR_METRICS: Type.Union([Type.Literal('default'), Type.Literal('compatible')], { default: 'default' }),
    /** Path of the metrics on every port. */
    SENSOR_METRICS_PATH: Type.String({ pattern: '^/[A-Za-z0-9._-]{1,63}$', default: '/metrics' }),
    /** One more port, on which the metrics are the only route; 9917 is suricata_exporter's. 0: none. */
    SENSOR_METRICS_PORT: Type.Integer({ minimum: 0, maximum: 65535, default: 0 }),
    /** Per-thread series on /metrics, besides totals and spread; of suricata_exporter's in place of totals. */
    SENSOR_METRICS_PER_THREAD: Type.Boolean({ default: false }),
    SENSOR_LOG_LEVEL: Type.Union(
      (['trace', 'debug', 'info', 'warn', 'error'] as const).map((level) => Type.Literal(level)),
      { default: 'info' },
    ),
  },
  { additionalProperties: false },
)
export type Environment = Static<typeof Environment>
