import { defineConfig, mergeConfig } from 'vite';
import dashboard from '../../vite.config.ts';

/** The dashboard on a hand-driven chat, without a server: `vite --config src/testing/vite.config.ts`. */
export default mergeConfig(
  dashboard,
  defineConfig({
    root: new URL('../..', import.meta.url).pathname,
    server: { proxy: {}, port: 5174, strictPort: true },
    plugins: [
      {
        name: 'hand-driven',
        transformIndexHtml: (html) => html.replace('/src/main.tsx', '/src/testing/dev.tsx'),
      },
    ],
  }),
);
