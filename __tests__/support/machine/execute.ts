import { spawn } from 'node:child_process'

/** What a finished tool left behind. */
export interface Execution {
  exitCode: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
}

/** How a tool is started; without `environment` it inherits ours. */
export interface ExecuteOptions {
  input?: string
  environment?: Record<string, string>
  directory?: string
  uid?: number
  gid?: number
}

/** Runs a tool to its end, whatever its exit code. Throws only when it cannot be started. */
export function tryExecute(
  command: string,
  args: string[],
  options: ExecuteOptions = {},
): Promise<Execution> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: 'pipe',
      ...(options.environment && { env: options.environment }),
      ...(options.directory !== undefined && { cwd: options.directory }),
      ...(options.uid !== undefined && { uid: options.uid }),
      ...(options.gid !== undefined && { gid: options.gid }),
    })
    const stdout: Buffer[] = []
    const stderr: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
    // A tool that ends before it has read its input is judged by its exit code, not by our EPIPE.
    child.stdin.on('error', () => undefined)
    child.stdin.end(options.input ?? '')
    child.on('error', reject)
    child.on('close', (exitCode, signal) => {
      resolve({
        exitCode,
        signal,
        stdout: Buffer.concat(stdout).toString('utf8'),
        stderr: Buffer.concat(stderr).toString('utf8'),
      })
    })
  })
}

/** Runs a tool and returns its stdout. Throws with its stderr unless it exits with 0. */
export async function execute(
  command: string,
  args: string[],
  options: ExecuteOptions = {},
): Promise<string> {
  const { exitCode, signal, stdout, stderr } = await tryExecute(command, args, options)
  if (exitCode === 0) return stdout
  throw new Error(`${command} ended with ${signal ?? exitCode ?? 'nothing'}: ${stderr.trim()}`)
}
