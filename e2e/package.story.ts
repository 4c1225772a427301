import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../scripts/lib/paths.ts';
import { startPackage } from './harness/package.ts';
import { expect, test } from './harness/story.ts';

const run = promisify(execFile);

test('the package that is published has all that it needs, and runs as the Dockerfile starts it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'parley-package-'));
  try {
    const packed = await run(process.execPath, [join(root, 'scripts/run.mjs'), 'pack']);
    const file = packed.stdout.trim().split('\n').at(-1) ?? '';
    await run('tar', ['xzf', file, '-C', folder]);
    const installed = join(folder, 'package');
    const dependencies = await linkDependencies(installed);
    expect(dependencies).not.toContain('typescript');

    const dockerfile = await readFile(join(root, 'Dockerfile'), 'utf8');
    const [, ...entry] = commandOf(dockerfile, 'ENTRYPOINT');
    const script = entry[0]?.replace('/app/node_modules/parley-chat', installed) ?? '';
    const version = await run(process.execPath, [script, '--version'], { cwd: folder });
    const { version: own } = createRequire(import.meta.url)(join(root, 'package.json')) as {
      version: string;
    };
    expect(version.stdout).toBe(`${own}\n`);

    const server = await startPackage([script, ...commandOf(dockerfile, 'CMD')], folder);
    const [, ...health] = commandOf(dockerfile, 'HEALTHCHECK');
    const isHealthy = (): Promise<boolean> =>
      run(process.execPath, health, { env: { PORT: String(server.port) } }).then(
        () => true,
        () => false,
      );
    try {
      expect(await isHealthy()).toBe(true);
      for (const path of ['/chatbot-test.html', '/admin', '/chatbot-widget.js', '/api/docs']) {
        const headers = { accept: 'text/html' };
        const { status } = await fetch(`http://127.0.0.1:${server.port}${path}`, { headers });
        expect([path, status]).toEqual([path, 200]);
      }
    } finally {
      await server.stop();
    }
    expect(await isHealthy()).toBe(false);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

/** What it says that it needs, and no more, of what is installed here: nothing else is found. */
async function linkDependencies(installed: string): Promise<readonly string[]> {
  const { dependencies } = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  const names = Object.keys(dependencies);
  for (const name of names) {
    const link = join(installed, 'node_modules', name);
    await mkdir(dirname(link), { recursive: true });
    await symlink(join(root, 'node_modules', name), link);
  }
  return names;
}

/** The list of words of an instruction, as the last of its kind has it. */
function commandOf(dockerfile: string, instruction: string): string[] {
  const lines = dockerfile.split('\n').filter((line) => line.startsWith(`${instruction} `));
  const [list = '[]'] = /\[".*\]$/.exec(lines.at(-1) ?? '') ?? [];
  return JSON.parse(list) as string[];
}
