import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** Squeezes well once what the server would otherwise have to squeeze at each request. */
function compressed(): Plugin {
  let folder = '';
  return {
    name: 'parley:compressed',
    apply: 'build',
    configResolved(config) {
      folder = resolve(config.root, config.build.outDir);
    },
    closeBundle(error) {
      if (error !== undefined) return;
      for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
        if (!/\.(?:js|css|html|svg)$/.test(name)) continue;
        const content = readFileSync(join(folder, name));
        writeFileSync(join(folder, `${name}.gz`), gzipSync(content, { level: 9 }));
        writeFileSync(join(folder, `${name}.br`), brotliCompressSync(content));
      }
    },
  };
}

export default defineConfig({
  base: '/admin/',
  plugins: [react(), tailwindcss(), compressed()],
  // Workspace packages from their sources: no build order, and one bundle that can be shaken.
  resolve: { conditions: ['source', 'module', 'browser', 'development|production'] },
  build: {
    outDir: 'dist',
    // The server's CSP has no `data:` for scripts and fonts; files are cached better anyway.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // All of it, uncompressed; what counts is the budget of what travels.
    chunkSizeWarningLimit: 800,
  },
});
