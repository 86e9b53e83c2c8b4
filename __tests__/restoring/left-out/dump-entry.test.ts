import { describe, expect, it } from '@jest/globals'
import { parseEntryNumbers, parseHeading, parseList } from '../../../src/restoring/left-out/dump-entry.ts'

describe('the heading of an entry', () => {
  const entry = { type: 'TABLE', name: 'orders', schema: 'shop', owner: 'me' }
  it.each([
    ['-- Name: orders; Type: TABLE; Schema: shop; Owner: me', entry],
    ['-- Data for Name: orders; Type: TABLE DATA; Schema: shop; Owner: me', { ...entry, type: 'TABLE DATA' }],
    ['-- Name: orders; Type: TABLE; Schema: shop; Owner: me; Tablespace: fast', entry],
    ['-- Name: orders; Type: TABLE; Schema: shop; Owner: -', { ...entry, owner: undefined }],
    [
      '-- Name: EXTENSION a; Type: COMMENT; Schema: -; Owner: ',
      { type: 'COMMENT', name: 'EXTENSION a', schema: undefined, owner: undefined },
    ],
    [
      '-- Name: a b; Type: EVENT TRIGGER; Schema: -; Owner: x y',
      { type: 'EVENT TRIGGER', name: 'a b', schema: undefined, owner: 'x y' },
    ],
  ])('%s', (line, expected) => {
    expect(parseHeading(line)).toEqual(expected)
  })
  // Whoever names a table so would otherwise have it left out of the restore.
  it.each([
    '-- Name: t; Type: EVENT TRIGGER; Schema: -; Owner: x; Type: TABLE; Schema: public; Owner: me',
    '-- Name: t; Type: TABLE; Schema: auth; Owner: x; Schema: public; Owner: me',
    '-- Name: t; Type: TABLE; Schema: public; Owner: x; Owner: me',
  ])('has no type where a name makes it ambiguous: %s', (line) => {
    expect(parseHeading(line)?.type).toBeUndefined()
  })
  it.each(['-- Dumped by pg_dump version 15.18', '--', 'CREATE TABLE t ();'])('is not %s', (line) => {
    expect(parseHeading(line)).toBeUndefined()
  })
})

it('of an archive’s list only the numbers are read', () => {
  const text = `;\n; Archive created at 2026-11-25\n215; 1259 16386 TABLE public a b c\n3335; 0 16386 TABLE DATA public a b c\nsecond line of a name; 1259 5 x\n`
  expect(parseList(text)).toEqual([
    { id: 215, oid: 16386, line: '215; 1259 16386 TABLE public a b c' },
    { id: 3335, oid: 16386, line: '3335; 0 16386 TABLE DATA public a b c' },
  ])
  expect(parseEntryNumbers('-- TOC entry 215 (class 1259 OID 16386)')).toEqual({ number: 215, oid: 16386 })
})
