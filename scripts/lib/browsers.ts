import { ensureChromium } from '../../e2e/harness/chromium.ts';
import { buildOrExit } from './build.ts';
import { run } from './process.ts';

/** Builds, and runs Playwright with what was given on the command line. Answers its exit code. */
export async function runInBrowsers(config: string): Promise<number> {
  const chromium = await ensureChromium();
  if (!chromium.found) {
    console.error(`No Chromium, and none could be had. Tried:\n${chromium.tried.join('\n')}`);
    return 1;
  }
  await buildOrExit();
  const filters = process.argv.slice(3).map((argument) => JSON.stringify(argument));
  const { code } = await run([`playwright test --config ${config}`, ...filters].join(' '), {
    output: 'terminal',
    env: { CHROMIUM_PATH: chromium.path },
  });
  return code;
}
