// Builds what is missing or out of date, with one line for each thing that was built.
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { root } from './paths.ts';
import { run, seconds } from './process.ts';

interface Bundle {
  readonly name: 'server' | 'widget' | 'dashboard';
  readonly inputs: readonly string[];
}

const shared = ['packages/protocol/src', 'package-lock.json', 'tsconfig.base.json'];
const bundles: readonly Bundle[] = [
  { name: 'server', inputs: ['packages/server', 'packages/realtime/src', ...shared] },
  { name: 'widget', inputs: ['packages/widget', 'packages/client/src', ...shared] },
  { name: 'dashboard', inputs: ['packages/dashboard', 'packages/client/src', ...shared] },
];

export class BuildError extends Error {}

export async function build(): Promise<void> {
  await buildPackages();
  await Promise.all(bundles.map(bundle));
}

/** TypeScript keeps its own account of what is out of date; asking costs 0.1 s. */
async function buildPackages(): Promise<void> {
  const { code, output, ms } = await run('tsc -b --listEmittedFiles');
  const emitted = output.split('\n').filter((line) => line.startsWith('TSFILE:'));
  if (code !== 0) {
    const errors = output.split('\n').filter((line) => !line.startsWith('TSFILE:'));
    throw new BuildError(`The packages do not compile:\n${errors.join('\n')}`);
  }
  if (emitted.length > 0) console.log(`built packages (${seconds(ms)})`);
}

async function bundle({ name, inputs }: Bundle): Promise<void> {
  const folder = join(root, 'packages', name);
  // The stamp lies in the output: whatever empties that folder takes the stamp along.
  const stamp = join(folder, 'dist/.inputs');
  const inputsHash = hashOf(inputs.map((path) => join(root, path)));
  if (readIfThere(stamp) === inputsHash) return;
  const { code, output, ms } = await run(buildCommand(folder), { cwd: folder });
  if (code !== 0) throw new BuildError(`The ${name} does not build:\n${output}`);
  writeFileSync(stamp, inputsHash);
  console.log(`built ${name} (${seconds(ms)})`);
}

function buildCommand(folder: string): string {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    scripts?: { build?: string };
  };
  return manifest.scripts?.build ?? 'vite build';
}

/** By content and not by time: a checkout or a clone touches every file. */
function hashOf(paths: readonly string[]): string {
  const hash = createHash('sha256');
  for (const path of paths.flatMap(filesUnder)) hash.update(path).update(readFileSync(path));
  return hash.digest('hex');
}

function filesUnder(path: string): string[] {
  const name = basename(path);
  if (name === 'dist' || name === 'node_modules' || /\.test\.tsx?$/.test(name)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((child) => filesUnder(join(path, child)));
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** For commands: a failed build is for the reader of the terminal, without a stack trace. */
export async function buildOrExit(): Promise<void> {
  try {
    await build();
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}
