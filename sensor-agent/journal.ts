import { toFailures } from './sample/failures.ts'
import type { Publication } from './serve/publication.ts'

/** One line of the agent's log. */
export interface Entry {
  readonly level: 'info' | 'warn'
  readonly message: string
  readonly fields: Readonly<Record<string, unknown>>
}

interface Subject {
  /** What is said is said again only when this changes: figures move with every sample, and the log must not. */
  readonly key: (publication: Publication) => string
  readonly entry: (publication: Publication) => Entry
}

const subjects: readonly Subject[] = [
  {
    key: ({ engine }) => JSON.stringify([engine.phase, engine.pid]),
    entry: ({ engine }) => ({ level: 'info', message: `engine is ${engine.phase}`, fields: { engine } }),
  },
  {
    key: ({ verdict }) => JSON.stringify([verdict.ready, verdict.status, verdict.findings.map(({ reason }) => reason)]),
    entry: ({ verdict }) => ({
      level: verdict.status === 'healthy' ? 'info' : 'warn',
      message: `sensor is ${verdict.status} and ${verdict.ready ? 'ready' : 'not ready'}`,
      fields: { findings: verdict.findings },
    }),
  },
  {
    key: ({ reading }) => JSON.stringify(toFailures(reading).map(([source, { code }]) => [source, code])),
    entry: ({ reading }) => {
      const failures = toFailures(reading)
      const fields = Object.fromEntries(failures.map(([source, { fault }]) => [source, fault]))
      return failures.length === 0
        ? { level: 'info', message: 'all sources answer', fields }
        : { level: 'warn', message: `sources failed: ${failures.map(([source]) => source).join(', ')}`, fields }
    },
  },
  {
    key: ({ rejection }) => JSON.stringify(rejection),
    entry: ({ rejection }) =>
      rejection === null
        ? { level: 'info', message: 'no rule is refused', fields: {} }
        : { level: 'warn', message: `rules in ${rejection.files} files were refused`, fields: { rejection } },
  },
]

/** What is worth a line after this publication: only what is not as it was in the one before. */
export const toEntries = (before: Publication | undefined, now: Publication): readonly Entry[] =>
  subjects.filter(({ key }) => before === undefined || key(before) !== key(now)).map(({ entry }) => entry(now))
