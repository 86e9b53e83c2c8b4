import * as core from '@actions/core'
import { escapeControls } from './escape-controls.ts'

/** Adds Markdown to the step's summary; nothing where the runner offers none. */
export async function writeSummary(markdown: string): Promise<void> {
  if (process.env['GITHUB_STEP_SUMMARY'] === undefined) return
  await core.summary.addRaw(markdown, true).write()
}

/** A Markdown table; a cell may hold any text. */
export function formatTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [header, header.map(() => '---'), ...rows.map((row) => row.map(formatCell))]
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

/**
 * PURE. Any text as Markdown that shows just this text, on one line: as it is where it holds nothing that Markdown or
 * GitHub could read (emphasis, HTML, links, bare addresses, `@mentions`, `#1`, `:emoji:`, `$formulas$`), else as code,
 * in which nothing is read but the backticks that end it.
 */
export function formatWords(text: string): string {
  const shown = escapeControls(text)
  const isPlain = /^(?! )[\p{L}\p{N} ,.;:%()"'…-]*(?<! )$/u.test(shown) && !/www\.|:\S+:/i.test(shown)
  return isPlain ? shown : formatCode(shown)
}

/** PURE. Any text as code, on one line: its fence is a longer run of backticks than any in it. */
export function formatCode(text: string): string {
  const shown = escapeControls(text)
  const fence = '`'.repeat(1 + findLongestRun(shown))
  // Of a blank at both ends Markdown takes one away, so that backticks can stand there.
  const margin = /^[ `]|[ `]$/.test(shown) ? ' ' : ''
  return `${fence}${margin}${shown}${margin}${fence}`
}

/** PURE. Lines as a block of code, whatever they hold. */
export function formatCodeBlock(language: string, lines: readonly string[]): string {
  const shown = lines.map(escapeControls)
  const fence = '`'.repeat(Math.max(3, 1 + findLongestRun(shown.join('\n'))))
  return [`${fence}${language}`, ...shown, fence].join('\n')
}

/** A table takes every bar without a backslash for the end of a cell, in code too. */
function formatCell(text: string): string {
  return formatWords(text).replaceAll('|', '\\|')
}

function findLongestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))
}
