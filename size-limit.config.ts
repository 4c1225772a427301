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

const loader = `${widget}/chatbot-widget.js`;

export default [
  { name: 'widget: loader', path: loader, limit: '5 KB', gzip: true },
  {
    // The goal is 45 for the bubble and the open, live panel of a new visitor, with what the API answers
    // (1.3): docs/adr/0017. What only a conversation needs comes with the conversation.
    name: 'widget: loader and first load of the panel',
    path: [loader, ...firstLoad(widget, 'panel.html')],
    limit: '43.7 KB',
    gzip: true,
  },
  {
    // What comes with the first key or the first message, beside the questions.
    name: 'widget: a conversation',
    path: ['rows', 'visitor-conversation', 'words'].flatMap((part) => [
      `${widget}/assets/${part}-*.js`,
      `${widget}/assets/${part}-*.css`,
    ]),
    limit: '11.9 KB',
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
