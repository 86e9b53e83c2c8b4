/**
 * The bash that runs pipelines, quoted for @actions/exec.
 * On Windows it is that of Git, because a bare `bash` may be that of WSL, which sees other files.
 */
export function findBash(): string {
  if (process.platform !== 'win32') return 'bash'
  return `"${process.env['ProgramFiles'] ?? 'C:\\Program Files'}\\Git\\bin\\bash.exe"`
}
