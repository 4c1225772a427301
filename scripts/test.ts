// `npm test`: set-up, build, the tests beside the code, then the stories in real browsers.
// Its last lines name what failed, say how long each part took, and sum up both.
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { BuildError, build } from './lib/build.ts';
import { cacheDir } from './lib/paths.ts';
import { run, seconds } from './lib/process.ts';
import * as tallies from './lib/tally.ts';
import type { Tally } from './lib/tally.ts';
import { ensureChromium } from '../e2e/harness/chromium.ts';

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

const besideCode = join(reports, 'vitest.json');
let total = await runTests('vitest run', besideCode, tallies.readTally, { TALLY: besideCode });
partIsOver('tests beside the code');

if (chromium.found) {
  const stories = await runTests(
    'playwright test --config e2e/playwright.config.ts',
    join(reports, 'stories.json'),
    tallies.readPlaywrightReport,
    { CHROMIUM_PATH: chromium.path, STORIES_REPORT: join(reports, 'stories.json') },
  );
  total = tallies.add(total, stories);
  partIsOver('stories');
} else {
  const required = process.env['CI'] === 'true';
  console.error(`\n!!! No Chromium, and none could be had. Tried:\n${chromium.tried.join('\n')}`);
  console.error(`!!! The stories in e2e/ are ${required ? 'required here' : 'SKIPPED'}.\n`);
  if (required) total = tallies.add(total, { ...tallies.nothing, failed: 1 });
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

async function runTests(
  command: string,
  report: string,
  read: (path: string) => Tally,
  env: NodeJS.ProcessEnv,
): Promise<Tally> {
  const { code } = await run(command, { output: 'terminal', env });
  return tallies.withExitCode(existsSync(report) ? read(report) : tallies.nothing, code);
}
