import { expect, it } from '@jest/globals'
import { readGrantees, withoutRoles } from '../../../src/restoring/left-out/statement-roles.ts'

const isMissing = (role: string): boolean => role.startsWith('gone')

it.each([
  // statement, grantees, what is left of it
  ['GRANT SELECT ON TABLE a.b TO reader;\n', ['reader'], 'GRANT SELECT ON TABLE a.b TO reader;\n'],
  ['GRANT SELECT ON TABLE a.b TO gone;\n', ['gone'], undefined],
  ['GRANT ALL ON SCHEMA x TO PUBLIC;\n', [], 'GRANT ALL ON SCHEMA x TO PUBLIC;\n'],
  ['REVOKE ALL ON TABLE a.b FROM "gone ""x""";\n', ['gone "x"'], undefined],
  ['GRANT ALL ON TABLE a.b TO "gone; TO x" WITH GRANT OPTION;\n', ['gone; TO x'], undefined],
  [
    'GRANT SELECT ON TABLE a."b TO gone;" TO reader;\n',
    ['reader'],
    'GRANT SELECT ON TABLE a."b TO gone;" TO reader;\n',
  ],
  ['ALTER DEFAULT PRIVILEGES FOR ROLE me IN SCHEMA a GRANT SELECT ON TABLES TO gone;\n', ['gone'], undefined],
  [
    'CREATE POLICY p ON a.b FOR SELECT TO reader, "gone", other USING ((x = \'TO gone\'::text));\n',
    ['reader', 'gone', 'other'],
    "CREATE POLICY p ON a.b FOR SELECT TO reader, other USING ((x = 'TO gone'::text));\n",
  ],
  ['CREATE POLICY p ON a.b AS RESTRICTIVE TO gone1, gone2 USING (true);\n', ['gone1', 'gone2'], undefined],
  [
    'CREATE POLICY "x TO gone" ON a.b USING ((SELECT a FROM gone));\n',
    [],
    'CREATE POLICY "x TO gone" ON a.b USING ((SELECT a FROM gone));\n',
  ],
  ['ALTER POLICY p ON a.b TO gone;\n', [], 'ALTER POLICY p ON a.b TO gone;\n'],
])('%s', (statement, grantees, left) => {
  expect(readGrantees(statement)).toEqual(grantees)
  expect(withoutRoles(statement, isMissing)).toBe(left)
})
