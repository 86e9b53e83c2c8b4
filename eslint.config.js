import { defineConfig } from 'eslint/config'
import importX from 'eslint-plugin-import-x'
import tseslint from 'typescript-eslint'

const stories = { group: ['**/backup/**', '**/restore/**'], message: 'Rooms never import a story.' }
const processStarters = ['child_process', 'node:child_process', '@actions/exec'].map((name) => ({
  name,
  message: 'Only process/ starts a process.',
}))

export default defineConfig(
  { ignores: ['dist/', 'node_modules/', 'bench/results/'] },
  ...tseslint.configs.strictTypeChecked,
  {
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver': { node: { extensions: ['.ts', '.js'] } } },
    languageOptions: { parserOptions: { projectService: { allowDefaultProject: ['*.js'] } } },
    rules: {
      'import-x/no-cycle': 'error',
      'max-lines': ['error', { max: 200, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 45, skipBlankLines: true, skipComments: true }],
      'no-console': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
    },
  },
  ...[
    { files: ['src/**'], patterns: [], paths: processStarters },
    { files: ['src/{postgres,archive,github}/**'], patterns: [stories], paths: processStarters },
    { files: ['src/process/**'], patterns: [stories], paths: [] },
  ].map(({ files, patterns, paths }) => ({
    files,
    rules: { 'no-restricted-imports': ['error', { patterns, paths }] },
  })),
  {
    files: ['__tests__/**', 'scripts/**', 'bench/**'],
    rules: { 'max-lines': 'off', 'max-lines-per-function': 'off', 'no-console': 'off' },
  },
)
