import { expect, it } from '@jest/globals'
import { readSignature } from '../../../src/restoring/left-out/routine-signature.ts'

// As pg_dump 15 writes them; the signature is what it calls the routine itself, but for a star.
it.each([
  ['FUNCTION f()', 'f()'],
  ['FUNCTION f(integer, double precision)', 'f(integer, double precision)'],
  ['FUNCTION f(a integer, b double precision[])', 'f(integer, double precision[])'],
  ['FUNCTION f(double integer, at timestamp with time zone)', 'f(integer, timestamp with time zone)'],
  ['FUNCTION f(a integer, OUT b text, INOUT c text)', 'f(integer, text)'],
  ['FUNCTION f(VARIADIC rest text[])', 'f(text[])'],
  ['FUNCTION f("char", "a, ""b" public."odd, type")', 'f("char", public."odd, type")'],
  ['FUNCTION "Odd(x)"(a integer, b text)', 'Odd(x)(integer, text)'],
  ['FUNCTION "a "" ORDER BY b"("c ORDER BY d" integer)', 'a " ORDER BY b(integer)'],
  ['PROCEDURE p(IN a integer, OUT b integer)', 'p(integer)'],
  ['AGGREGATE every_one(*)', 'every_one()'],
  ['FUNCTION every_one()', 'every_one()'],
  ['AGGREGATE part(double precision ORDER BY anyelement)', 'part(double precision, anyelement)'],
  ['AGGREGATE last(ORDER BY a anyelement)', 'last(anyelement)'],
  ['AGGREGATE place(VARIADIC "any" ORDER BY VARIADIC "any")', 'place("any")'],
  ['TABLE "f(integer)"', undefined],
])('%s is %s', (text, signature) => {
  expect(readSignature(text)).toBe(signature)
})
