/**
 * Who may import whom; type imports count. Stories (backup, restore) use rooms, and no arrow leads back.
 * @type {import('dependency-cruiser').IConfiguration}
 */
export default {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'rooms-never-import-a-story',
      severity: 'error',
      from: { path: '^src/(archive|catalogue|fingerprint|github|inputs|postgres|process|step|stores)/' },
      to: { path: '^src/(backup|check|drill|programs|restore|restoring)/' },
    },
    {
      name: 'nor-do-the-rooms-that-restore',
      severity: 'error',
      from: { path: '^src/(drill|programs|restoring)/' },
      to: { path: '^src/(backup|check|restore)/' },
    },
    {
      name: 'the-stories-stand-apart',
      severity: 'error',
      from: { path: '^src/(backup|check|restore)/' },
      to: { path: '^src/(backup|check|restore)/', pathNot: '^src/$1/' },
    },
    {
      name: 'only-stories-know-the-step',
      severity: 'error',
      from: { path: '^src/(archive|catalogue|fingerprint|github|inputs|postgres|process|stores)/' },
      to: { path: '^src/step/' },
    },
    {
      name: 'processes-are-started-without-knowing-why',
      severity: 'error',
      from: { path: '^src/process/' },
      to: { path: '^src/', pathNot: '^src/(process/|node-error[.]ts$)' },
    },
    {
      name: 'only-process-starts-processes',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/process/' },
      to: { path: 'child_process$|@actions/exec' },
    },
    {
      name: 'only-inputs-github-and-step-talk-to-the-runner',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(github|inputs|step)/' },
      to: { path: '@actions/core' },
    },
    {
      name: 'only-stores-know-their-clients',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/stores/' },
      to: { path: '@actions/artifact|@aws-sdk/|@smithy/' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
  },
}
