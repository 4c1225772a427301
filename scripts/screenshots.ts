// `npm run screenshots`: widget and dashboard in both sizes and themes, for people to look at.
import { join } from 'node:path';
import { cacheDir } from './lib/paths.ts';
import { runInBrowsers } from './lib/browsers.ts';

process.exitCode = await runInBrowsers('e2e/screens.config.ts');
console.log(`in ${join(cacheDir, 'screenshots')}`);
