// `npm run bench:widget -- [ROW…]`: what the widget costs a page, see bench/README.md.
import { buildOrExit } from './lib/build.ts';

await buildOrExit();
await import('../bench/browser/main.ts');
