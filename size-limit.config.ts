// What a browser downloads, gzipped. A budget that is hit is a decision, not a nuisance.
import { existsSync, readFileSync } from 'node:fs';

const widget = 'packages/widget/dist';
const dashboard = 'packages/dashboard/dist';

/** A page and what it names itself; what is imported later is not part of it. */
function firstLoad(folder: string, page: string): string[] {
  const file = `${folder}/${page}`;
  if (!existsSync(file)) return [file];
  const named = readFileSync(file, 'utf8').matchAll(
    /(?:src|href)="[^"]*?(assets\/[^"]+\.(?:js|css))"/g,
  );
  return [file, ...Array.from(named, ([, asset]) => `${folder}/${asset}`)];
}

export default [
  { name: 'widget: loader', path: `${widget}/chatbot-widget.js`, limit: '5 KB', gzip: true },
  {
    // The goal is 39: with the loader and what is asked of the API, 45 for a bubble and the open, live
    // panel. bench/RESULTS.md says what is in the way. What is not needed to open is loaded later.
    name: 'widget: first load of the panel',
    path: firstLoad(widget, 'panel.html'),
    limit: '47.5 KB',
    gzip: true,
  },
  {
    // Only to pages of sites that use hosted Pusher.
    name: 'widget: pusher-js',
    path: `${widget}/assets/pusher*.js`,
    limit: '20 KB',
    gzip: true,
  },
  {
    name: 'dashboard: first load',
    path: firstLoad(dashboard, 'index.html'),
    limit: '250 KB',
    gzip: true,
  },
];
