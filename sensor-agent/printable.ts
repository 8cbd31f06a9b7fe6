/**
 * Hostile text made safe for a terminal, a log line or a message: anything but printable ASCII becomes \uXXXX (no
 * control sequences, no look-alikes, no bidirectional overrides), and at most `maxLength` UTF-16 units of it are shown.
 */
export function toPrintable(text: string, maxLength: number): string {
  const shown = text.slice(0, maxLength)
  const escaped = shown.replace(/[^\x20-\x7e]|[\\"]/g, (unit) =>
    unit === '\\' || unit === '"' ? `\\${unit}` : `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return text.length > maxLength ? `${escaped}… (${text.length} characters)` : escaped
}
