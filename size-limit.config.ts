// What a browser downloads, gzipped. A budget that is hit is a decision, not a nuisance.
import { existsSync, readFileSync } from 'node:fs';

const dashboard = 'packages/dashboard/dist';
const indexHtml = `${dashboard}/index.html`;
// The first load is what the page itself names; what is imported later is not part of it.
const firstLoad = existsSync(indexHtml)
  ? [
      ...readFileSync(indexHtml, 'utf8').matchAll(
        /(?:src|href)="[^"]*?(assets\/[^"]+\.(?:js|css))"/g,
      ),
    ].map(([, asset]) => `${dashboard}/${asset}`)
  : [];

export default [
  {
    name: 'widget: loader',
    path: 'packages/widget/dist/chatbot-widget.js',
    limit: '5 KB',
    gzip: true,
  },
  {
    name: 'widget: panel, scripts and styles',
    path: [
      'packages/widget/dist/**/*.{js,css}',
      '!packages/widget/dist/chatbot-widget.js',
      '!packages/widget/dist/assets/pusher-*.js',
    ],
    limit: '45 KB',
    gzip: true,
  },
  {
    // Loaded after the panel stands, while polling fills in.
    name: 'widget: pusher-js',
    path: 'packages/widget/dist/assets/pusher-*.js',
    limit: '18 KB',
    gzip: true,
  },
  { name: 'dashboard: first load', path: [indexHtml, ...firstLoad], limit: '250 KB', gzip: true },
];
