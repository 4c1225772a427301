// `npm run pack`: the one package that is published, as a file for `npm install` (ADR 0020).
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { buildOrExit } from './lib/build.ts';
import { cacheDir, root } from './lib/paths.ts';
import { run } from './lib/process.ts';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly type?: string;
  readonly exports?: unknown;
  readonly description?: string;
  readonly engines?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** Packages of ours that the server imports: they travel inside, for they are published nowhere else. */
const BUNDLED = ['protocol', 'realtime'];

await buildOrExit();
const folder = join(cacheDir, 'package');
rmSync(folder, { recursive: true, force: true });
// The same places as in the checkout: the server finds the pages from its own.
for (const part of ['server/bin', 'server/dist', 'widget/dist', 'dashboard/dist']) {
  copy(join('packages', part), join('packages', part));
}
copy('packages/server/package.json', 'packages/server/package.json');
for (const name of BUNDLED) {
  const inside = join('node_modules/@parley', name);
  copy(join('packages', name, 'dist'), join(inside, 'dist'));
  const { version, license, type, exports, dependencies } = read(join('packages', name));
  const manifest = { name: `@parley/${name}`, version, license, type, exports, dependencies };
  write(join(inside, 'package.json'), manifest);
}
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
  const manifests = [read('packages/server'), ...BUNDLED.map((name) => read(`packages/${name}`))];
  const dependencies = Object.assign({}, ...manifests.map((one) => one.dependencies)) as Record<
    string,
    string
  >;
  return {
    name: 'parley-chat',
    version,
    description,
    license,
    type: 'module',
    bin: { parley: 'packages/server/bin/parley.mjs' },
    files: ['packages'],
    engines,
    dependencies: Object.fromEntries(
      Object.entries(dependencies).sort(([a], [b]) => a.localeCompare(b)),
    ),
    bundleDependencies: BUNDLED.map((name) => `@parley/${name}`),
  };
}

function copy(from: string, to: string): void {
  cpSync(join(root, from), join(folder, to), { recursive: true, filter: isPublished });
}

/** What the compiler left in `dist` of a source that is gone since stays here. */
function isPublished(path: string): boolean {
  if (statSync(path).isDirectory()) return true;
  if (/\.(map|d\.ts|tsbuildinfo)$|\.inputs$/.test(path)) return false;
  const compiled = /^(.*\/packages\/(?:server|protocol|realtime))\/dist\/(.+)\.js$/.exec(path);
  return compiled === null || existsSync(`${compiled[1]}/src/${compiled[2]}.ts`);
}

function read(path: string): Manifest {
  return JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8')) as Manifest;
}

function write(path: string, content: object): void {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), `${JSON.stringify(content, null, 2)}\n`);
}
