import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

/** Line 2, column 7 of what was built is line 40, column 3 of its source. */
const MAP = { version: 3, sources: ['../src/said.ts'], names: [], mappings: ';MAuCE' };
const THROWS = `function say() {\nthrow new Error('Said');\n}\n`;

async function build(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-traces-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const source = await readFile(new URL('./traces.ts', import.meta.url), 'utf8');
  const all = { 'package.json': '{"type":"module"}', 'traces.js': stripTypeScriptTypes(source) };
  for (const [name, text] of Object.entries({ ...all, ...files })) {
    await writeFile(join(folder, name), text);
  }
  return folder;
}

const ran = (folder: string): string =>
  execFileSync(process.execPath, [join(folder, 'main.js')], { encoding: 'utf8' });

const main = (thrown: string): string =>
  `import './traces.js';\n${thrown}\ntry { say() } catch (error) { console.log(error.stack) }`;

test('a trace of the built server names the source and its line, and the built file where no map is', async () => {
  const folder = await build({
    'main.js': main(`import { say } from './said.js';`),
    'said.js': `export ${THROWS}`,
    'said.js.map': JSON.stringify(MAP),
  });
  const [head, first, second] = ran(folder).split('\n');
  expect(head).toBe('Error: Said');
  const source = new URL('../src/said.ts', pathToFileURL(join(folder, 'said.js'))).href;
  expect(first).toBe(`    at say (${source}:40:3)`);
  expect(second).toContain('main.js:3:7');

  const broken = await build({
    'main.js': main(`import { say } from './said.js';`),
    'said.js': `export ${THROWS}`,
    'said.js.map': '{',
  });
  expect(ran(broken)).toContain('said.js:2:7');
});

test('what is thrown and cannot say its name has a trace all the same', async () => {
  const thrown = `function say() { const e = new Error('x'); Object.defineProperty(e, 'name', { get() { throw e } }); throw e }`;
  const folder = await build({ 'main.js': main(thrown) });
  expect(ran(folder)).toMatch(/^Error\n {4}at say \(.*main\.js:2:/);
});
