/** PURE. The code of an error of Node or the system, as in `ENOENT`; undefined where it has none. */
export function readNodeCode(error: unknown): string | undefined {
  const { code } = (error ?? {}) as { readonly code?: unknown }
  return typeof code === 'string' ? code : undefined
}
