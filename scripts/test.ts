// `npm test`: set-up, build, the tests beside the code, then the stories in real browsers.
// Its last lines name what failed, say how long each part took, and sum up both.
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { BuildError, build } from './lib/build.ts';
import { cacheDir } from './lib/paths.ts';
import { run, seconds } from './lib/process.ts';
import * as tallies from './lib/tally.ts';
import type { Tally, TestRun } from './lib/tally.ts';
import { ensureChromium } from '../e2e/harness/chromium.ts';

/** With more than so many files that fail, something is broken. */
const REPEATED_MAX = 3;

const reports = join(cacheDir, 'test');
rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });

const times: string[] = [];
let since = performance.now();

const chromium = await ensureChromium();
try {
  await build();
} catch (error) {
  if (!(error instanceof BuildError)) throw error;
  console.error(`${error.message}\n\n${tallies.line({ ...tallies.nothing, failed: 1 })}`);
  process.exit(1);
}

partIsOver('set-up and build');

let total = await testsBesideTheCode();
partIsOver('tests beside the code');

if (chromium.found) {
  total = tallies.add(total, await stories(chromium.path));
  partIsOver('stories');
} else {
  const required = process.env['CI'] === 'true';
  console.error(`\n!!! No Chromium, and none could be had. Tried:\n${chromium.tried.join('\n')}`);
  console.error(`!!! The stories in e2e/ are ${required ? 'required here' : 'SKIPPED'}.\n`);
  if (required)
    total = tallies.add(total, tallies.failed(['no story was run: there is no Chromium']));
}

for (const skipped of total.skipped) console.log(`SKIPPED: ${skipped}`);
for (const unsteady of total.unsteady) console.log(`UNSTEADY, passed when repeated: ${unsteady}`);
for (const failure of total.failures) console.log(`failed: ${failure}`);
console.log(`\n${times.join(' · ')}`);
console.log(tallies.line(total));
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;

function partIsOver(name: string): void {
  const now = performance.now();
  times.push(`${name} ${seconds(now - since)}`);
  since = now;
}

/**
 * A few files that fail are run once more, as stories are: what passes then is a race to be found and
 * is named, and a change that has nothing to do with it goes on.
 */
async function testsBesideTheCode(): Promise<Tally> {
  const [first, code] = await vitest([]);
  const broken = tallies.filesThatFailed(first);
  if (broken.length === 0 || broken.length > REPEATED_MAX || first.strays.length > 0) {
    return tallies.withExitCode(tallies.sumOf(first), code);
  }
  console.error(`\n!!! Once more, for they failed: ${broken.join(' ')}\n`);
  const [again, codeAgain] = await vitest(broken);
  return tallies.withExitCode(tallies.sumOf(first, again), codeAgain);
}

async function vitest(files: readonly string[]): Promise<[TestRun, code: number]> {
  const report = join(reports, 'vitest.json');
  const { code } = await run(['vitest run', ...files].join(' '), {
    output: 'terminal',
    env: { TALLY: report },
  });
  return [existsSync(report) ? tallies.readTestRun(report) : { files: {}, strays: [] }, code];
}

async function stories(path: string): Promise<Tally> {
  const report = join(reports, 'stories.json');
  const { code } = await run('playwright test --config e2e/playwright.config.ts', {
    output: 'terminal',
    env: { CHROMIUM_PATH: path, STORIES_REPORT: report },
  });
  return tallies.withExitCode(
    existsSync(report) ? tallies.readPlaywrightReport(report) : tallies.nothing,
    code,
  );
}
