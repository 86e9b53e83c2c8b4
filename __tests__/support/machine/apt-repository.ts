import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import { chmod, cp, mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { execute } from './execute.ts'
import { makeScratchDirectory } from './scratch.ts'

/** A package that the repository offers: a folder, and where it is installed. */
export interface OfferedPackage {
  name: string
  version: string
  folder: string
  target: string
}

/** A signed apt repository of our own on 127.0.0.1, laid out as apt.postgresql.org is. */
export interface LocalAptRepository {
  url: string
  /** The key that signs it, armoured. */
  key: string
  /** Paths of all requests up to now. */
  requests: string[]
  /** Answers that many of the next requests for files whose path ends so with an error. */
  failNext(count: number, ending: string): void
  close(): Promise<void>
}

/** An apt that installs below a directory of its own, and leaves the machine as it is. */
export interface PrivateApt {
  root: string
  /** Value of APT_CONFIG. */
  configuration: string
}

/** Serves the packages in the suite `<codename>-pgdg`, signed with a key made for this purpose. */
export async function startAptRepository(
  codename: string,
  packages: OfferedPackage[],
): Promise<LocalAptRepository> {
  const folder = await makeScratchDirectory('apt-repository')
  const paragraphs: string[] = []
  for (const offered of packages) paragraphs.push(await addPackage(folder, offered))
  const architecture = (await execute('dpkg', ['--print-architecture'])).trim()
  const index = join(folder, 'dists', `${codename}-pgdg`, 'main', `binary-${architecture}`, 'Packages')
  await mkdir(dirname(index), { recursive: true })
  await writeFile(index, paragraphs.join('\n'))
  const release = join(folder, 'dists', `${codename}-pgdg`, 'Release')
  await writeFile(release, await formatRelease(codename, architecture, index))
  return serve(folder, await sign(release))
}

async function addPackage(folder: string, offered: OfferedPackage): Promise<string> {
  const { name, version, target } = offered
  const tree = await makeScratchDirectory('package')
  // The scratch directory is private, and would become the mode of the system's root.
  await chmod(tree, 0o755)
  await cp(offered.folder, join(tree, target), { recursive: true, verbatimSymlinks: true })
  const control = [
    `Package: ${name}`,
    `Version: ${version}`,
    'Architecture: all',
    'Maintainer: nobody <nobody@localhost>',
    'Description: client for tests',
    '',
  ].join('\n')
  await mkdir(join(tree, 'DEBIAN'))
  await writeFile(join(tree, 'DEBIAN', 'control'), control)
  const archive = join(folder, 'pool', `${name}_${version}_all.deb`)
  await mkdir(dirname(archive), { recursive: true })
  await execute('dpkg-deb', ['--root-owner-group', '-Znone', '--build', tree, archive])
  const { size } = await stat(archive)
  return `${control}Filename: pool/${basename(archive)}\nSize: ${size}\nSHA256: ${await hash(archive)}\n`
}

async function formatRelease(codename: string, architecture: string, index: string): Promise<string> {
  const { size } = await stat(index)
  const fields = [
    'Origin: test',
    `Suite: ${codename}-pgdg`,
    `Codename: ${codename}-pgdg`,
    `Architectures: all ${architecture}`,
    'Components: main',
    `Date: ${new Date().toUTCString()}`,
    'SHA256:',
    ` ${await hash(index)} ${size} main/binary-${architecture}/Packages`,
  ]
  return `${fields.join('\n')}\n`
}

async function hash(file: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex')
}

/** Signs with a new key, and returns it. */
async function sign(release: string): Promise<string> {
  const home = await makeScratchDirectory('gnupg')
  const gpg = (...args: string[]): Promise<string> =>
    execute('gpg', ['--homedir', home, '--batch', '--quiet', '--no-tty', '--passphrase', '', ...args])
  try {
    await gpg('--quick-generate-key', 'Test repository', 'ed25519', 'sign', 'never')
    const inRelease = join(dirname(release), 'InRelease')
    await gpg('--clearsign', '--output', inRelease, release)
    return await gpg('--armor', '--export')
  } finally {
    await execute('gpgconf', ['--homedir', home, '--kill', 'all'])
  }
}

async function serve(folder: string, key: string): Promise<LocalAptRepository> {
  const requests: string[] = []
  let failures = { count: 0, ending: '' }
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '/')
    requests.push(path)
    if (failures.count > 0 && path.endsWith(failures.ending)) {
      failures.count--
      response.writeHead(403).end()
      return
    }
    readFile(join(folder, path)).then(
      (content) => response.end(content),
      () => response.writeHead(404).end(),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('No port')
  const url = `http://127.0.0.1:${address.port}`
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => {
        resolve()
      })
      server.closeAllConnections()
    })
  const failNext = (count: number, ending: string): void => {
    failures = { count, ending }
  }
  return { url, key, requests, failNext, close }
}

/** Makes an apt whose sources, lists, cache and installed files all lie below one directory; no network. */
export async function makePrivateApt(codename: string): Promise<PrivateApt> {
  const root = await makeScratchDirectory('apt-root')
  // apt fetches as the user _apt where it can.
  await chmod(root, 0o755)
  const directories = [
    'etc/apt/sources.list.d',
    'etc/apt/apt.conf.d',
    'etc/apt/preferences.d',
    'var/lib/apt/lists/partial',
    'var/cache/apt/archives/partial',
    'var/lib/dpkg/info',
    'var/lib/dpkg/updates',
    'var/log/apt',
  ]
  for (const directory of directories) await mkdir(join(root, directory), { recursive: true })
  await writeFile(join(root, 'var/lib/dpkg/status'), '')
  await writeFile(join(root, 'etc/os-release'), `ID=debian\nVERSION_CODENAME=${codename}\n`)
  const configuration = join(root, 'apt.conf')
  const options = [`--root=${root}`, '--force-not-root', '--force-script-chrootless', '--log=/dev/null']
  const lines = [
    `Dir "${root}";`,
    `Dir::State::status "${root}/var/lib/dpkg/status";`,
    `DPkg::Options { ${options.map((option) => `"${option}";`).join(' ')} };`,
    'Acquire::Languages "none";',
  ]
  await writeFile(configuration, `${lines.join('\n')}\n`)
  return { root, configuration }
}
