import * as core from '@actions/core'

/** Sets outputs of the step, as far as they are known; of a name that is set twice the runner takes the last value. */
export function setOutputs(outputs: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(outputs)) {
    if (value !== undefined) core.setOutput(name, value)
  }
}
