import { describe, expect, it } from '@jest/globals'
import { escapeControls, formatVisibleJson } from '../../src/github/escape-controls.ts'
import { createActionsLog } from '../../src/github/log.ts'
import { parseLog } from '../support/github/workflow-commands.ts'

describe('escapeControls', () => {
  it.each([
    ['the short ones', 'a\tb\nc\rd', 'a\\tb\\nc\\rd'],
    ['controls', '\0\x1b[31m\x7f', '\\u0000\\u001b[31m\\u007f'],
    ['what .NET takes for a blank', '\u0085\u2028\u2029', '\\u0085\\u2028\\u2029'],
    ['odd blanks', '\u00a0\u1680\u2003\u202f\u3000\u2800', '\\u00a0\\u1680\\u2003\\u202f\\u3000\\u2800'],
    ['what has no width', '\u00ad\u200b\u200d\u2060\ufeff', '\\u00ad\\u200b\\u200d\\u2060\\ufeff'],
    ['marks of direction', '\u061c\u200e\u202e\u2066', '\\u061c\\u200e\\u202e\\u2066'],
    ['tags and variants', '\u{e0041}\ufe0f', '\\u{e0041}\\ufe0f'],
    ['lone surrogates', '\ud83d \ude00 \ud83d\ude00', '\\ud83d \\ude00 \ud83d\ude00'],
  ])('shows %s', (_, text, shown) => {
    expect(escapeControls(text)).toBe(shown)
  })

  it('leaves all that can be seen', () => {
    const text = 'Zürich, 東京, ไทย, हिन्दी, عربي: 100 % of <b>\\d+</b> “…” e\u0301 😀'
    expect(escapeControls(text)).toBe(text)
  })
})

describe('formatVisibleJson', () => {
  it.each([
    ['a\u0085b'],
    ['\u2028'],
    ['\u{e0041}'],
    ['\ud83d'],
    ['\n"\\'],
    ['ü😀'],
    [{ a: ['\u202e'] }],
    [7],
  ])('writes %j so that it is seen and means the same', (value) => {
    const json = formatVisibleJson(value)
    expect(json).toBe(escapeControls(json))
    expect(JSON.parse(json)).toEqual(value)
  })
})

describe('the log', () => {
  const write = (text: string): string => {
    const chunks: string[] = []
    const original = process.stdout.write.bind(process.stdout)
    process.stdout.write = (chunk: string | Uint8Array): boolean => chunks.push(String(chunk)) > 0
    try {
      const log = createActionsLog((line) => line)
      log.info(text)
    } finally {
      process.stdout.write = original
    }
    return chunks.join('')
  }
  const characters = Array.from({ length: 0x1_0000 }, (_, code) => String.fromCharCode(code))

  it('gives the runner no order, whatever stands before it', () => {
    const orders = characters.map((character) => `${character}::stop-commands::x`)
    // What the runner obeys as it is, to show that the model can find it.
    expect(orders.filter((order) => parseLog(order).obeyed.length > 0).length).toBeGreaterThan(20)
    expect(parseLog(orders.map((order) => write(order)).join('')).obeyed).toEqual([])
  })

  it('gives none in the older form, nor from within a line', () => {
    const orders = ['##[add-mask]x', '#\u00ad#[error]x', 'a\r::stop-commands::x', 'a\n \u0085::error::x']
    expect(orders.map((order) => parseLog(order).obeyed.length)).toEqual([1, 1, 1, 1])
    expect(parseLog(orders.map((order) => write(order)).join('')).obeyed).toEqual([])
  })
})
