/**
 * Draws the step summary of a real run as GitHub shows it, light and dark, for the README. Some backups are made one after
 * the other by the built action, the database growing, and the last one's summary is rendered with GitHub's own styles in
 * a headless Chromium. Needs the network once, for the packages that render.
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { copyFile, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { startCluster } from '../__tests__/support/postgres/cluster.ts'
import type { Cluster } from '../__tests__/support/postgres/cluster.ts'
import { execute } from '../__tests__/support/machine/execute.ts'
import { startResultsService } from '../__tests__/support/github/results-service.ts'
import { runAction } from '../__tests__/support/runner.ts'
import { makePage, type Theme } from './picture-page.ts'

const repository = join(import.meta.dirname, '..')
const images = join(repository, 'docs', 'images')
/** In no dependency of ours: they render this picture, and nothing else. */
const renderers = ['marked@18.2.1', 'github-markdown-css@5.9.0']
const renderersFolder = join(repository, 'node_modules', '.cache', 'picture')
const backups = 6
/** Bytes of one picture, which a reader of the README waits for. */
const sizeLimit = 150_000

async function fill(cluster: Cluster, night: number): Promise<void> {
  const rows = 9000 + ((night * 7919) % 2500)
  await cluster.psql(
    'shop',
    `insert into orders select i, md5(i::text), i % 977 / 7.0 from generate_series(${night} * 20000, ${night} * 20000 + ${rows}) i`,
  )
  await cluster.psql(
    'blog',
    `insert into posts select ${night} * 100 + i, repeat(md5(i::text), 9) from generate_series(1, 60) i`,
  )
}

/** @returns the summary of the last of some backups, in Markdown */
async function backUp(): Promise<string> {
  const [cluster, service] = await Promise.all([startCluster({ embedded: true }), startResultsService()])
  const store = await mkdtemp(join(tmpdir(), 'postgres-backup-picture-'))
  try {
    for (const database of ['shop', 'blog']) await cluster.psql('postgres', `create database ${database}`)
    await cluster.psql('shop', 'create table orders (id int primary key, note text, total numeric(10, 2))')
    await cluster.psql('blog', 'create table posts (id int primary key, body text)')
    let summary = ''
    for (let night = 1; night <= backups; night += 1) {
      await fill(cluster, night)
      const run = await runAction({
        bundle: 'backup',
        inputs: {
          url: cluster.url('shop'),
          databases: 'shop, blog',
          verify: 'restore',
          'retention-days': '30',
          'github-token': service.token,
        },
        environment: service.environment,
      })
      if (run.exitCode !== 0) throw new Error(run.log)
      ;({ summary } = run)
    }
    return summary
  } finally {
    await Promise.all([cluster.stop(), service.close(), rm(store, { recursive: true })])
  }
}

function findChromium(): string {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  const names = ['chromium', 'chromium-browser', 'google-chrome']
  const found = names.flatMap((name) => folders.map((folder) => join(folder, name))).find(existsSync)
  if (found !== undefined) return found
  throw new Error('There is no Chromium, which draws the picture: run "apt-get install chromium" first.')
}

async function provideRenderers(): Promise<void> {
  if (renderers.every((name) => existsSync(join(renderersFolder, 'node_modules', name.split('@')[0] ?? ''))))
    return
  await mkdir(renderersFolder, { recursive: true })
  await writeFile(join(renderersFolder, 'package.json'), '{"private":true}\n')
  const options = ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--save-exact', ...renderers]
  const { status } = spawnSync('npm', options, { cwd: renderersFolder, stdio: 'inherit' })
  if (status !== 0) throw new Error(`npm could not install ${renderers.join(', ')}.`)
}

async function draw(summary: string, theme: Theme, chromium: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'postgres-backup-picture-'))
  try {
    const at = (...names: string[]): string => join(renderersFolder, 'node_modules', ...names)
    for (const file of [
      at('marked', 'lib', 'marked.umd.js'),
      join(repository, 'node_modules', 'mermaid', 'dist', 'mermaid.min.js'),
    ])
      await copyFile(file, join(folder, file.split('/').at(-1) ?? ''))
    const styles = await readFile(at('github-markdown-css', `github-markdown-${theme}.css`), 'utf8')
    await writeFile(join(folder, 'page.html'), makePage(summary, theme, styles))
    const page = pathToFileURL(join(folder, 'page.html')).href
    const common = [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--hide-scrollbars',
      `--user-data-dir=${folder}/profile`,
    ]
    const patience = '--virtual-time-budget=20000'
    const seen = await execute(chromium, [...common, patience, '--window-size=1012,800', '--dump-dom', page])
    const height = /data-height="(\d+)"/.exec(seen)?.[1]
    if (height === undefined) throw new Error('The page was not rendered to its end.')
    const file = join(images, `summary-${theme}.png`)
    const shot = ['--force-device-scale-factor=1.25', `--window-size=1012,${height}`, `--screenshot=${file}`]
    await execute(chromium, [...common, patience, ...shot, page])
    const { size } = await stat(file)
    if (size > sizeLimit) throw new Error(`${file} has ${size} bytes, and may have ${sizeLimit}.`)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const chromium = findChromium()
await provideRenderers()
const summary = await backUp()
await mkdir(images, { recursive: true })
await writeFile(join(images, 'summary.md'), summary)
for (const theme of ['light', 'dark'] as const) await draw(summary, theme, chromium)
console.log(`Drawn: ${join(images, 'summary-light.png')} and summary-dark.png`)
