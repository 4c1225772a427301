// The panel in each of its states, set by hand: for what would take a story of its own each time.
import type { Page } from '@playwright/test';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { build } from 'vite';
import { root } from '../../scripts/lib/paths.ts';

const HOST = 'http://gallery.test';
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
};

export interface Gallery {
  /** Shows a scene: see packages/widget/src/testing/gallery.tsx. */
  show(page: Page, query: Readonly<Record<string, string>>): Promise<void>;
  close(): Promise<void>;
}

/** Builds it into a folder of its own; pages get it without a server. */
export async function openGallery(): Promise<Gallery> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-gallery-'));
  await build({
    root: join(root, 'packages/widget'),
    configFile: false,
    logLevel: 'error',
    base: './',
    resolve: { conditions: ['source', 'module', 'browser', 'production'] },
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: {
      outDir: folder,
      target: 'es2022',
      minify: false,
      modulePreload: { polyfill: false },
      rolldownOptions: { input: join(root, 'packages/widget/src/testing/gallery.html') },
    },
  });
  return {
    async show(page, query) {
      await page.route(`${HOST}/**`, async (route) => {
        const path = join(folder, new URL(route.request().url()).pathname);
        await route.fulfill({
          body: await readFile(path),
          contentType: TYPES[extname(path)] ?? 'text/plain',
        });
      });
      await page.goto(`${HOST}/src/testing/gallery.html?${new URLSearchParams(query).toString()}`);
      await page.locator('.panel').waitFor();
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}
