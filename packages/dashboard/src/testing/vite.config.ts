import { defineConfig } from 'vite';
import dashboard from '../../vite.config.ts';

/** The dashboard on a hand-driven chat, without a server: `vite --config src/testing/vite.config.ts`. */
export default defineConfig({
  ...dashboard,
  root: new URL('../..', import.meta.url).pathname,
  server: { port: 5174, strictPort: true },
  plugins: [
    ...(dashboard.plugins ?? []),
    {
      name: 'hand-driven',
      transformIndexHtml: {
        order: 'pre',
        handler: (html: string) => html.replace('/src/main.tsx', '/src/testing/dev.tsx'),
      },
    },
  ],
});
