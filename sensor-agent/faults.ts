import { toPrintable } from './printable.ts'

/**
 * Everything that can go wrong in the agent: the code is the identity, the sentence tells the operator what happened and
 * what to do. Each %s is filled, in order, by `toSentence`.
 */
export const faults = {
  SENSOR_SOCKET_UNREACHABLE:
    'suricata command socket %s cannot be reached (%s); is suricata running with unix-command enabled at this path?',
  SENSOR_SOCKET_SILENT:
    'suricata command socket %s did not answer "%s" within %s s; the engine is stopped, reloading rules in the foreground, or stuck',
  SENSOR_SOCKET_LOST:
    'suricata command socket %s was closed before "%s" was answered (%s); the engine ended or is restarting',
  SENSOR_SOCKET_HANDSHAKE:
    'suricata command socket %s refused protocol version 0.2 and said "%s"; this agent understands Suricata 7 and 8',
  SENSOR_SOCKET_GARBAGE:
    'suricata command socket %s sent what is not one JSON reply to "%s" (%s); does another program listen at this path?',
  SENSOR_SOCKET_OVERSIZED:
    'suricata command socket %s sent more than %s bytes without ending its reply to "%s"; the connection was dropped',
  SENSOR_SOCKET_CLOSED: 'command "%s" was not sent: this agent has closed its command socket and is ending',
  SENSOR_COMMAND_REFUSED:
    'suricata refused the command "%s" and said "%s"; right after a start or with "stats" off that is expected for dump-counters',
  SENSOR_COMMAND_TOO_LONG: 'command "%s" has %s bytes and suricata reads at most %s; shorten its arguments',
  SENSOR_COUNTERS_UNKNOWN:
    'suricata reply has no "%s" that is a number of at least 0; this agent understands Suricata 7 and 8 with AF_PACKET workers',
  SENSOR_REPLY_UNKNOWN: 'suricata reply to "%s" is not %s; this agent understands Suricata 7 and 8',
  SENSOR_FILE_UNREADABLE: '%s cannot be read (%s); does the interface or process exist in this network namespace?',
  SENSOR_FILE_UNKNOWN: '%s has no %s; this agent understands Linux 5.10 and later',
  SENSOR_PROGRAM_FAILED: '%s failed (%s); is it installed, and may this user run it?',
  SENSOR_PROGRAM_UNKNOWN: '%s printed no %s; this agent understands iproute2 5.0 and later',
  SENSOR_DISK_UNREADABLE: 'free space of %s cannot be read (%s); does the folder exist?',
  SENSOR_SOURCE_BROKEN:
    'source %s failed in a way that it does not know (%s); the agent goes on without it, please report this',
  SENSOR_SOURCE_SLOW:
    'source %s did not answer within %s s; the agent goes on without it, look at the load of this machine',
  SENSOR_ENGINE_ABSENT: 'source %s needs a running engine and there is none; see the phase of the engine in /status',
  SENSOR_HELD:
    'another agent (%s) runs the sensor in %s; one agent a sensor is allowed; stop that one, or give this one a SENSOR_STATE_DIR of its own',
  SENSOR_INTERFACE_HELD:
    'another agent captures on %s in this network namespace; one agent an interface is allowed; stop that one, or set SENSOR_INTERFACE',
  SENSOR_ENGINE_STUCK:
    'the engine (pid %s) has not ended within %s s after SIGTERM and SIGKILL; it is stuck in the kernel, restart this machine',
  SENSOR_DEVICE_FAILED:
    'the vxlan devices cannot be made or removed: "%s" failed (%s); does another device have this VNI on port 4789, and may this user set up links?',
  SENSOR_RULES_NOT_LOADED: 'the engine has not loaded the rules within %s s; it goes on with those it has',
  SENSOR_RULES_NO_ENGINE: 'the engine is %s and has not loaded the rules; the next one that is ready does',
  SENSOR_METADATA_FAILED:
    'the instance metadata service at %s does not answer as version 2 does (%s); is it enabled, and is SENSOR_METADATA_ENDPOINT right?',
  SENSOR_METADATA_UNKNOWN:
    'the instance metadata service at %s names the lifecycle state "%s", which this agent does not know; it goes on as before',
  SENSOR_AWS_REFUSED:
    'call %s was refused by AWS (%s); look at the role of this instance, and at the names of group, hooks and target group in SENSOR_*',
  SENSOR_AWS_UNANSWERED:
    'call %s got no answer from AWS (%s) and is tried again; look at the route to its endpoint, at AWS_REGION and at AWS_ENDPOINT_URL',
} as const

export type FaultCode = keyof typeof faults

/** Longest piece of foreign text shown in a sentence, in characters. */
const MAXIMUM_SHOWN = 200

/** The sentence of a code with its blanks filled in order. What is filled in may be hostile: it is made printable and cut. */
export function toSentence(code: FaultCode, ...given: readonly (string | number)[]): string {
  const blanks = given.values()
  return faults[code].replaceAll('%s', () => toPrintable(String(blanks.next().value ?? '?'), MAXIMUM_SHOWN))
}
