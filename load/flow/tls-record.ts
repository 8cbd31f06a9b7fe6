import { type Payload, TOKEN } from './inner-frame.ts'
import { testCertificate } from './test-certificate.ts'

/*
 * TLS records (RFC 8446 §5.1, RFC 5246 §6.2) and handshake messages (RFC 8446 §4, RFC 5246 §7.4)
 *
 *   record:     content type (1) | version 0x0303 (2) | length (2) | fragment
 *   handshake:  message type (1) | length (3) | body
 *
 * Every record's version is 0x0303; a ClientHello's may be 0x0301 (RFC 8446 §5.1), and is 0x0301 here.
 */
const CHANGE_CIPHER_SPEC = 20
const HANDSHAKE = 22
const APPLICATION_DATA = 23
const CLIENT_HELLO = 1
const SERVER_HELLO = 2
const CERTIFICATE = 11
const SERVER_KEY_EXCHANGE = 12
const SERVER_HELLO_DONE = 14
const CLIENT_KEY_EXCHANGE = 16
/** TLS_AES_128_GCM_SHA256, and TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256. */
const AES_128_GCM = 0x1301
const ECDHE_ECDSA_AES_128_GCM = 0xc02b
const X25519 = 0x001d

type Bytes = readonly number[]
type Random = (count: number) => Uint8Array

const word = (value: number): Bytes => [(value >>> 8) & 0xff, value & 0xff]
const counted = (width: 1 | 2 | 3, body: Bytes): Bytes => [
  ...[16, 8, 0].slice(3 - width).map((shift) => (body.length >>> shift) & 0xff),
  ...body,
]
const extension = (type: number, body: Bytes): Bytes => [...word(type), ...counted(2, body)]
const message = (type: number, body: Bytes): Bytes => [type, ...counted(3, body)]
const record = (type: number, fragment: Bytes, version = 0x0303): Uint8Array =>
  Uint8Array.from([type, ...word(version), ...counted(2, fragment)])

/** A ClientHello whose server name begins with the flow's token. */
export function clientHello(version: '1.2' | '1.3', random: Random): Payload {
  const name = new TextEncoder().encode(`${TOKEN}.mirror-fleet.test`)
  const suites = version === '1.3' ? [AES_128_GCM, ECDHE_ECDSA_AES_128_GCM] : [ECDHE_ECDSA_AES_128_GCM]
  const extensions = [
    ...extension(0, counted(2, [0, ...counted(2, [...name])])),
    ...extension(10, counted(2, word(X25519))),
    ...extension(13, counted(2, word(0x0403))),
    ...(version === '1.3' ? extension(43, counted(1, word(0x0304))) : []),
    ...(version === '1.3' ? extension(51, counted(2, keyShare(random))) : []),
  ]
  const body = [
    ...word(0x0303),
    ...random(32),
    ...counted(1, version === '1.3' ? [...random(32)] : []),
    ...counted(2, suites.flatMap(word)),
    ...counted(1, [0]),
    ...counted(2, extensions),
  ]
  const bytes = record(HANDSHAKE, message(CLIENT_HELLO, body), 0x0301)
  // Extensions come last, and the server name is the first of them: its text starts 9 bytes in.
  return { bytes, tokenAt: bytes.length - extensions.length + 9 }
}

/** A ServerHello; the session id of 1.3 would echo the client's, which no analyser compares. */
export function serverHello(version: '1.2' | '1.3', random: Random): Uint8Array {
  const isNew = version === '1.3'
  const extensions = isNew ? [...extension(43, word(0x0304)), ...extension(51, keyShare(random))] : []
  const body = [
    ...word(0x0303),
    ...random(32),
    ...counted(1, [...random(32)]),
    ...word(isNew ? AES_128_GCM : ECDHE_ECDSA_AES_128_GCM),
    0,
    ...(isNew ? counted(2, extensions) : []),
  ]
  return record(HANDSHAKE, message(SERVER_HELLO, body))
}

const keyShare = (random: Random): Bytes => [...word(X25519), ...counted(2, [...random(32)])]

/** What 1.2 says in the clear after the hellos. Keys and signatures are random: nobody checks them on the way. */
export const handshake12 = {
  server: (random: Random): Uint8Array[] => [
    record(HANDSHAKE, message(CERTIFICATE, counted(3, counted(3, [...testCertificate])))),
    record(
      HANDSHAKE,
      message(SERVER_KEY_EXCHANGE, [
        ...[3, ...word(X25519), ...counted(1, [...random(32)])],
        ...[...word(0x0403), ...counted(2, [...random(71)])],
      ]),
    ),
    record(HANDSHAKE, message(SERVER_HELLO_DONE, [])),
  ],
  client: (random: Random): Uint8Array => record(HANDSHAKE, message(CLIENT_KEY_EXCHANGE, counted(1, [...random(32)]))),
}

export const changeCipherSpec = (): Uint8Array => record(CHANGE_CIPHER_SPEC, [1])

/** A handshake message under encryption: its type shows, its content does not. */
export const encrypted = (bytes: Uint8Array): Uint8Array => record(HANDSHAKE, [...bytes])

/** At most 16384 bytes of ciphertext. */
export const applicationData = (bytes: Uint8Array): Uint8Array => record(APPLICATION_DATA, [...bytes])
