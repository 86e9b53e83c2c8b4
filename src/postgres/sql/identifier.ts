/** PURE. The name that an identifier stands for, as a dump writes it; its bytes come as characters. */
export function readIdentifier(written: string): string {
  const name = written.startsWith('"') ? written.slice(1, -1).replaceAll('""', '"') : written
  return Buffer.from(name, 'latin1').toString('utf8')
}
