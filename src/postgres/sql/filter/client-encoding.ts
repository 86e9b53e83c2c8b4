/**
 * Encodings that a server can have (pg_wchar.h: up to PG_ENCODING_BE_LAST): no character of theirs holds a byte that
 * ASCII uses. In the others, such as SJIS and GBK, a quote or a backslash may be the second half of a character.
 */
const serverEncodings =
  /^(?:SQL_ASCII|UTF8|LATIN(?:[1-9]|10)|ISO_8859_[5-8]|WIN(?:866|874|125[0-8])|KOI8[RU]|EUC_(?:JP|CN|KR|TW|JIS_2004)|MULE_INTERNAL)$/

/** PURE. Whether bytes of text in this encoding mean what ASCII says. */
export function isServerEncoding(name: string): boolean {
  return serverEncodings.test(name)
}
