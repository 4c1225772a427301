// `npm run test:e2e -- FILTER`: some stories, or all of them.
import { buildOrExit } from './lib/build.ts';
import { run } from './lib/process.ts';
import { ensureChromium } from '../e2e/harness/chromium.ts';

const chromium = await ensureChromium();
if (!chromium.found) {
  console.error(`No Chromium, and none could be had. Tried:\n${chromium.tried.join('\n')}`);
  process.exit(1);
}
await buildOrExit();
const filters = process.argv.slice(3).map((argument) => JSON.stringify(argument));
const { code } = await run(
  ['playwright test --config e2e/playwright.config.ts', ...filters].join(' '),
  { output: 'terminal', env: { CHROMIUM_PATH: chromium.path } },
);
process.exitCode = code;
