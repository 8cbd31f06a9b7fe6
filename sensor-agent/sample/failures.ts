import { type Failure, type Reading, type Source, sources } from './reading.ts'

/** The sources that failed in a reading, each with what went wrong, in the order of the reading. */
export const toFailures = (reading: Reading): readonly (readonly [Source, Failure])[] =>
  sources.flatMap((source) => {
    const answer = reading[source]
    return answer.ok ? [] : [[source, answer] as const]
  })
