// `npm run pack`: the one package that is published, as a file for `npm install` (ADR 0020).
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { buildOrExit } from './lib/build.ts';
import { cacheDir, root } from './lib/paths.ts';
import { run } from './lib/process.ts';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly description?: string;
  readonly engines?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** Packages of ours that are in the server's files. */
const INSIDE = ['protocol', 'realtime'];

await buildOrExit();
const folder = join(cacheDir, 'package');
rmSync(folder, { recursive: true, force: true });
// The same places as in the checkout: the server finds the pages from its own.
for (const part of ['server/bin', 'server/dist', 'widget/dist', 'dashboard/dist']) {
  copy(join('packages', part), join('packages', part));
}
copy('packages/server/package.json', 'packages/server/package.json');
for (const name of ['LICENSE', 'README.md', 'CHANGELOG.md']) copy(name, name);
write('package.json', publishedManifest());

const { code, output } = await run('npm pack --silent --ignore-scripts', { cwd: folder });
if (code !== 0) {
  console.error(output);
  process.exit(1);
}
console.log(join(folder, basename(output.trim())));

function publishedManifest(): object {
  const { version, license, description, engines } = read('.');
  return {
    name: 'parley-chat',
    version,
    description,
    license,
    type: 'module',
    bin: { parley: 'packages/server/bin/parley.mjs' },
    files: ['packages'],
    engines,
    dependencies: outsideOf('packages/server/dist'),
  };
}

/** What the built server still asks for by name; all else is in its files. */
function outsideOf(built: string): Readonly<Record<string, string>> {
  const files = readdirSync(join(root, built)).filter((name) => name.endsWith('.js'));
  const code = files.map((name) => readFileSync(join(root, built, name), 'utf8')).join('\n');
  const asked = new Set(
    Array.from(
      code.matchAll(/\b(?:from|import|require(?:\$\d+)?)[ (]*"([^".][^"]*)"/g),
      ([, name]) => name,
    ),
  );
  const manifests = [read('packages/server'), ...INSIDE.map((name) => read(`packages/${name}`))];
  const known = manifests.flatMap(({ dependencies = {} }) => Object.entries(dependencies));
  const inside = readFileSync(join(root, built, 'THIRD-PARTY-LICENCES.txt'), 'utf8');
  for (const [name] of known) {
    if (name.startsWith('@parley/') || asked.has(name) || inside.includes(`\n${name} `)) continue;
    throw new Error(`${name} is neither in the built server nor asked for by it`);
  }
  return Object.fromEntries(
    known.filter(([name]) => asked.has(name)).sort(([a], [b]) => a.localeCompare(b)),
  );
}

function copy(from: string, to: string): void {
  cpSync(join(root, from), join(folder, to), { recursive: true, filter: isPublished });
}

/** Maps of what browsers load stay here; those of the server are for its traces. */
function isPublished(path: string): boolean {
  return !path.endsWith('.inputs') && (!path.endsWith('.map') || path.includes('/server/'));
}

function read(path: string): Manifest {
  return JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8')) as Manifest;
}

function write(path: string, content: object): void {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), `${JSON.stringify(content, null, 2)}\n`);
}
