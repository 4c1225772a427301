import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { build, defineConfig, type InlineConfig, type Plugin } from 'vite';
import { enConsent } from './src/strings/en-consent.ts';
import { enFiles } from './src/strings/en-files.ts';
import { enLater } from './src/strings/en-later.ts';
import { loadStrings, SPOKEN } from './src/strings/language.ts';

/** The loader: one classic script for the page of the site, which leaves only `window.Parley`. */
const loader: InlineConfig = {
  configFile: false,
  logLevel: 'warn',
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
};

/** What the loader loads into the pages that need it. */
const page: InlineConfig = {
  configFile: false,
  logLevel: 'warn',
  build: {
    outDir: 'dist',
    emptyOutDir: false,
    target: 'es2022',
    lib: { entry: 'src/page/main.ts', formats: ['es'], fileName: () => 'page.js' },
  },
};

/** Builds the loader after the panel, so that one build makes both, in this order, and compresses. */
function withLoader(): Plugin {
  return {
    name: 'parley:loader',
    apply: 'build',
    buildStart() {
      for (const folder of ['src/loader', 'src/page', 'src/bridge', 'src/design'])
        this.addWatchFile(folder);
    },
    async closeBundle(error) {
      if (error !== undefined) return;
      await build(loader);
      await build(page);
      compress('dist');
    },
  };
}

/**
 * What a chunk that is loaded later needs, in place of Vite's helper of 0.7 KB gzip: its styles, and
 * nothing else beforehand. Styles that did not come are asked for again with the part that needs them,
 * which else would be shown without. A server that was updated has no parts of the older build any more: then
 * the panel is loaded anew, which finds what was written where it was kept.
 */
function leanImports(): Plugin {
  const helper = '\0vite/preload-helper.js';
  return {
    name: 'parley:lean-imports',
    apply: 'build',
    enforce: 'pre',
    load: (id) => (id === helper ? LEAN_IMPORT : null),
  };
}

const LEAN_IMPORT = `
const styles = {};
const style = (href) => styles[href] ??= new Promise((done, fail) => {
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  link.href = href;
  link.onload = done;
  link.onerror = () => {
    delete styles[href];
    link.remove();
    fail(Error(href));
  };
  document.head.append(link);
});
export async function __vitePreload(load, files = [], base) {
  try {
    await Promise.all(files.map((file) => style(new URL(file, base).href)));
    return await load();
  } catch (error) {
    const own = await fetch(base, { method: 'HEAD', cache: 'no-store' }).catch(() => null);
    if (own?.status === 404) location.reload();
    throw error;
  }
}`;

/** All that the panel says, by language: for the page where a site says it in its own words. */
function withStrings(): Plugin {
  return {
    name: 'parley:strings',
    apply: 'build',
    async generateBundle() {
      for (const language of SPOKEN) {
        const strings = await loadStrings(language);
        const all =
          language === 'en' ? { ...strings, ...enLater, ...enFiles, ...enConsent } : strings;
        this.emitFile({
          type: 'asset',
          fileName: `strings/${language}.json`,
          source: JSON.stringify(all),
        });
      }
    },
  };
}

/** What a server can send as it lies there, once squeezed well in place of at each request. */
function compress(folder: string): void {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!/\.(?:js|css|html|json)$/.test(name)) continue;
    const file = join(folder, name);
    const content = readFileSync(file);
    writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }));
    writeFileSync(`${file}.br`, brotliCompressSync(content));
  }
}

/** The panel: the page in the iframe. All its addresses are relative, so any path serves it. */
export default defineConfig({
  base: './',
  // Workspace packages are taken from their TypeScript source, as in the tests.
  resolve: { conditions: ['source', 'module', 'browser', 'production'] },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  plugins: [leanImports(), withStrings(), withLoader()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    // Only styles are listed beforehand: scripts come by their imports.
    modulePreload: false,
    // No `data:` addresses: the panel's content policy stays narrow.
    assetsInlineLimit: 0,
    rolldownOptions: { input: 'panel.html' },
  },
});
