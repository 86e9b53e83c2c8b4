/**
 * All that is not seen, or is seen as something else: controls, line breaks, blanks other than the plain one, format
 * and bidirectional marks, lone surrogates, and characters that Unicode lets programs ignore, as comparisons of .NET
 * do. The Braille blank is a letter to Unicode, and nothing to the eye.
 */
const unseen = /(?! )[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/gu

const shortForms: Readonly<Record<string, string>> = { '\t': '\\t', '\n': '\\n', '\r': '\\r' }

/**
 * PURE. The text as one line of which every character can be seen: others are written as `\n`, `\u0085` or
 * `\u{e0001}`. It is for people; a backslash of the text itself stays as it is.
 *
 * The runner trims what .NET takes for a blank before it looks for its commands, which is more than JavaScript's `\s`
 * knows (U+0085), and who reads a log must see which name is meant.
 */
export function escapeControls(text: string): string {
  return replaceUnseen(text, (character) => {
    const code = (character.codePointAt(0) ?? 0).toString(16)
    return shortForms[character] ?? (code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, '0')}`)
  })
}

/** PURE. The text with every character that is not seen replaced; a lone surrogate is given as it is. */
export function replaceUnseen(text: string, replace: (character: string) => string): string {
  return text.replace(unseen, replace)
}

/** PURE. The value as JSON in which every character can be seen, and which still means just the value. */
export function formatVisibleJson(value: unknown): string {
  // Outside of strings JSON.stringify writes no such character, and inside it escapes line breaks and lone surrogates.
  return replaceUnseen(JSON.stringify(value), (character) =>
    Array.from({ length: character.length }, (_, index) => escapeUnit(character.charCodeAt(index))).join(''),
  )
}

function escapeUnit(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`
}
