/**
 * The known name that was probably meant, or `undefined` when none is close: more than half of it wrong is another
 * name, not a typo. `prefixLength` leading characters, which all names share, are left out of the comparison.
 */
export function nearestName(given: string, known: readonly string[], prefixLength = 0): string | undefined {
  // Cut, because the work grows with the length and the name is not ours.
  const word = given.slice(prefixLength, prefixLength + 64)
  const near = known
    .map((name) => ({ name, length: name.length - prefixLength, wrong: editDistance(word, name.slice(prefixLength)) }))
    .filter(({ wrong, length }) => wrong <= length / 2)
  return near.sort((a, b) => a.wrong - b.wrong)[0]?.name
}

/** Levenshtein distance, one row at a time. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (const [line, letter] of [...from].entries()) {
    const next = [line + 1]
    for (let column = 1; column <= to.length; column++) {
      const substituted = (row[column - 1] ?? 0) + (to[column - 1] === letter ? 0 : 1)
      next.push(Math.min(substituted, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[to.length] ?? 0
}
