import * as core from '@actions/core'
import { escapeControls, formatVisibleJson } from './escape-controls.ts'

/** Later steps use these as they are, so they keep every character. */
const takenLiterally: ReadonlySet<string> = new Set(['manifest', 'checksums', 'artifact-name'])

/**
 * Sets outputs of the step, as far as they are known; of a name that is set twice the runner takes the last value.
 * What is no string becomes JSON that means just the value; other texts are shown as in the log.
 */
export function setOutputs(outputs: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(outputs)) {
    if (value === undefined) continue
    if (typeof value !== 'string') core.setOutput(name, formatVisibleJson(value))
    else core.setOutput(name, takenLiterally.has(name) ? value : escapeControls(value))
  }
}
