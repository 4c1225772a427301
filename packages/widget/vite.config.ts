import { defineConfig } from 'vite';

/** The panel: the page in the iframe. All its addresses are relative, so any path serves it. */
export default defineConfig({
  base: './',
  // Workspace packages are taken from their TypeScript source, as in the tests.
  resolve: { conditions: ['source', 'module', 'browser', 'production'] },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    // No `data:` addresses: the panel's content policy stays narrow.
    assetsInlineLimit: 0,
    rolldownOptions: { input: 'panel.html' },
  },
});
