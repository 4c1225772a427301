// `npm run test:e2e -- FILTER`: some stories, or all of them.
import { runInBrowsers } from './lib/browsers.ts';

process.exitCode = await runInBrowsers('e2e/playwright.config.ts');
