import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Where a development server finds the API: `npm run dev` starts the server on this port. */
const server = process.env['PARLEY_SERVER'] ?? 'http://localhost:8000';

export default defineConfig({
  base: '/admin/',
  plugins: [react(), tailwindcss()],
  // Workspace packages from their sources: no build order, and one bundle that can be shaken.
  resolve: { conditions: ['source', 'module', 'browser', 'development|production'] },
  build: {
    outDir: 'dist',
    // The server's CSP has no `data:` for scripts and fonts; files are cached better anyway.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: {
      '/api': server,
      '/broadcasting': server,
      '/files': server,
      '/app': { target: server, ws: true },
      // The dashboard's own addresses are navigations; the same addresses as JSON are the API.
      '^/admin/(login|logout|me|updates|chatbot)': {
        target: server,
        bypass: (request) =>
          request.method === 'GET' && request.headers.accept?.includes('text/html')
            ? '/admin/index.html'
            : undefined,
      },
    },
  },
});
