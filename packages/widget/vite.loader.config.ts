import { defineConfig } from 'vite';

/** The loader: one classic script for the page of the site, which leaves only `window.Parley`. */
export default defineConfig({
  build: {
    outDir: 'dist',
    // The panel was built before it, beside it.
    emptyOutDir: false,
    target: 'es2022',
    lib: {
      entry: 'src/loader/main.ts',
      formats: ['iife'],
      name: 'parleyLoader',
      fileName: () => 'chatbot-widget.js',
    },
  },
});
