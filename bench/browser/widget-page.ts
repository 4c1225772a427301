// A site owner's page with the widget in it, and one without, in a real Chromium.
import { type Browser, type BrowserContext, chromium, type Page } from '@playwright/test';
import { launchOptions } from '../../e2e/playwright.config.ts';
import { siteToken } from '../../e2e/harness/server.ts';

const PARAGRAPH = '<p>The quick brown fox jumps over the lazy dog, and then it rests a while.</p>';

/** @param server null: without the widget */
export const shopPage = (server: string | null): string =>
  `<!doctype html><html lang="en"><meta name="viewport" content="width=device-width">
   <meta name="description" content="A shop"><title>A shop</title><h1>A shop</h1>
   ${PARAGRAPH.repeat(40)}${
     server === null
       ? ''
       : `<script async src="${server}/chatbot-widget.js" data-token="${siteToken}"></script>`
   }`;

/** @param oneProcess frames of other sites in the page's own process, so that one throttle slows both */
export async function launch({ oneProcess = false } = {}): Promise<Browser> {
  const { args, executablePath } = launchOptions;
  if (executablePath === undefined) throw new Error('no Chromium here; set CHROMIUM_PATH');
  const together = oneProcess ? ['--disable-features=IsolateOrigins,site-per-process'] : [];
  return chromium.launch({ executablePath, args: [...args, ...together] });
}

export interface Answer {
  readonly path: string;
  readonly headers_bytes: number;
  readonly body_bytes: number;
}

/** What a page and its frames load of the server, as it is on the wire. */
export function recordAnswers(page: Page, server: string): () => Promise<readonly Answer[]> {
  const pending: Promise<Answer | null>[] = [];
  page.on('requestfinished', (request) => {
    const url = new URL(request.url());
    if (url.origin !== server) return;
    pending.push(
      request.sizes().then(
        ({ responseHeadersSize, responseBodySize }) => ({
          path: url.pathname,
          headers_bytes: responseHeadersSize,
          body_bytes: responseBodySize,
        }),
        // Its frame is gone: the run is over.
        () => null,
      ),
    );
  });
  return async () => (await Promise.all(pending)).filter((answer) => answer !== null);
}

export const launcherOf = (page: Page) => page.getByRole('button', { name: 'Open chat' });
export const composerOf = (page: Page) =>
  page.frameLocator('iframe[title="Chat"]').getByRole('textbox', { name: 'Message', exact: true });

export async function isLive(page: Page): Promise<void> {
  await page.waitForFunction(
    () =>
      (globalThis as unknown as { Parley?: { state: { realtimeConnected: boolean } } }).Parley
        ?.state.realtimeConnected === true,
    undefined,
    { polling: 50 },
  );
}

/** A cold cache, and nothing known. */
export async function inNewContext<T>(
  browser: Browser,
  act: (page: Page, context: BrowserContext) => Promise<T>,
): Promise<T> {
  const context = await browser.newContext();
  try {
    return await act(await context.newPage(), context);
  } finally {
    await context.close();
  }
}
