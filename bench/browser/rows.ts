import { execFile } from 'node:child_process';
import { readFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Browser, Page } from '@playwright/test';
import { findChromium } from '../../e2e/harness/chromium.ts';
import { measureDelivery, median } from '../../e2e/harness/delivery.ts';
import { openFirstConversation, openVisitor, signInAgent } from '../../e2e/harness/people.ts';
import { startProxy } from '../../e2e/harness/proxy.ts';
import { type LiveServer, startServer } from '../../e2e/harness/server.ts';
import { startWebsite } from '../../e2e/harness/website.ts';
import { SLOW_4G, SlowLink } from './slow-link.ts';
import {
  composerOf,
  inNewContext,
  isLive,
  launch,
  launcherOf,
  recordAnswers,
  shopPage,
  type Answer,
} from './widget-page.ts';

/** A line of the report. */
export interface Measured {
  readonly what: string;
  readonly measured: string;
  readonly goal: string;
}

export const ROWS = {
  weight: (server: LiveServer) => weight(server),
  thread: (server: LiveServer) => thread(server),
  slow: (server: LiveServer) => slow(server),
  delivery: () => delivery(),
  idle: (server: LiveServer) => idle(server),
  lighthouse: (server: LiveServer) => lighthouse(server),
} as const satisfies Record<string, (server: LiveServer) => Promise<readonly Measured[]>>;

const inBrowser = async <T>(
  act: (browser: Browser) => Promise<T>,
  options: { readonly oneProcess?: boolean } = {},
): Promise<T> => {
  const browser = await launch(options);
  try {
    return await act(browser);
  } finally {
    await browser.close();
  }
};

const kilobytes = (bytes: number): string => `${(bytes / 1_000).toFixed(1)} KB`;
const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
const bodies = (answers: readonly Answer[]): number =>
  sum(answers.map(({ body_bytes }) => body_bytes));

/** Bytes on the wire with a cold cache: the bubble, and the open panel until it is live. */
async function weight(server: LiveServer): Promise<readonly Measured[]> {
  const website = await startWebsite(shopPage(server.url));
  const measure = (encoding: string) =>
    inBrowser((browser) =>
      inNewContext(browser, async (page) => {
        await page.setExtraHTTPHeaders({ 'accept-encoding': encoding });
        const answers = recordAnswers(page, server.url);
        await page.goto(website.url);
        await launcherOf(page).waitFor();
        await page.waitForLoadState('networkidle');
        const closed = await answers();
        await launcherOf(page).click();
        await composerOf(page).waitFor();
        await isLive(page);
        await page.waitForLoadState('networkidle');
        return { closed, open: await answers() };
      }),
    );
  const gzip = await measure('gzip');
  const brotli = await measure('br');
  await website.close();
  for (const { path, headers_bytes, body_bytes } of gzip.open)
    console.error(`  ${String(body_bytes).padStart(6)} + ${headers_bytes}  ${path}`);
  const bodyOf = (part: string) =>
    kilobytes(bodies(gzip.closed.filter(({ path }) => path.includes(part))));
  const headers = sum(gzip.open.map(({ headers_bytes }) => headers_bytes));
  return [
    { what: 'requests until intent', measured: String(gzip.closed.length), goal: '2' },
    { what: 'loader, gzip', measured: bodyOf('chatbot-widget.js'), goal: '5 KB' },
    { what: 'configuration, gzip', measured: bodyOf('/config'), goal: '1 KB' },
    {
      what: 'bubble and open, live panel, gzip',
      measured: `${kilobytes(bodies(gzip.open))} in ${gzip.open.length} answers, and ${kilobytes(headers)} of headers`,
      goal: '45 KB',
    },
    {
      what: 'the same, brotli',
      measured: kilobytes(bodies(brotli.open)),
      goal: '',
    },
  ];
}

async function threeOf<T>(measure: () => Promise<T>): Promise<readonly T[]> {
  return [await measure(), await measure(), await measure()];
}

/** What a closed bubble costs the page's main thread, and whether it moves anything. */
async function thread(server: LiveServer): Promise<readonly Measured[]> {
  const WATCH_MS = 5_000;
  const measure = async (url: string | null) => {
    const website = await startWebsite(shopPage(url));
    const measured = await inBrowser((browser) =>
      inNewContext(browser, async (page, context) => {
        await page.addInitScript(() => {
          const shifts: number[] = [];
          (globalThis as unknown as { shifts: number[] }).shifts = shifts;
          new PerformanceObserver((list) => {
            for (const entry of list.getEntries())
              shifts.push((entry as unknown as { value: number }).value);
          }).observe({ type: 'layout-shift', buffered: true });
        });
        const session = await context.newCDPSession(page);
        await session.send('Performance.enable');
        const tasks_ms = async () => {
          const { metrics } = await session.send('Performance.getMetrics');
          return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0) * 1_000;
        };
        await page.goto(website.url, { waitUntil: 'networkidle' });
        const loaded_ms = await tasks_ms();
        await delay(WATCH_MS);
        const idle_ms = (await tasks_ms()) - loaded_ms;
        const shifts = await page.evaluate(
          () => (globalThis as unknown as { shifts: number[] }).shifts,
        );
        return { loaded_ms, idle_ms, shift: sum(shifts) };
      }),
    );
    await website.close();
    return measured;
  };
  const [without, widget] = [
    await threeOf(() => measure(null)),
    await threeOf(() => measure(server.url)),
  ];
  const difference = (part: 'loaded_ms' | 'idle_ms') =>
    median(widget.map((each) => each[part])) - median(without.map((each) => each[part]));
  const frames = (WATCH_MS / 1_000) * 60;
  return [
    {
      what: 'main thread while the page loads, more than without',
      measured: `${difference('loaded_ms').toFixed(1)} ms`,
      goal: '',
    },
    {
      what: 'main thread per frame, closed, more than without',
      measured: `${Math.max(0, difference('idle_ms') / frames).toFixed(3)} ms`,
      goal: '1 ms',
    },
    {
      what: 'layout shift',
      measured: String(Math.max(...widget.map(({ shift }) => shift))),
      goal: '0',
    },
  ];
}

/** 1.6 Mbit/s, 150 ms, a CPU four times slower: from the navigation, and from the click. */
async function slow(server: LiveServer): Promise<readonly Measured[]> {
  const ROUNDS = 5;
  const link = new SlowLink(SLOW_4G);
  const slowServer = `http://127.0.0.1:${await link.open({ host: '127.0.0.1', port: server.port })}`;
  const website = await startWebsite(shopPage(slowServer));
  const port = await link.open({ host: 'localhost', port: Number(new URL(website.url).port) });
  const times = await inBrowser(
    async (browser) => {
      const all = [];
      for (let round = 0; round < ROUNDS; round += 1)
        all.push(
          await inNewContext(browser, (page) => slowRound(page, `http://localhost:${port}`)),
        );
      return all;
    },
    { oneProcess: true },
  );
  await website.close();
  await link.close();
  const middle = (part: 'bubble_ms' | 'typing_ms') =>
    `${(median(times.map((each) => each[part])) / 1_000).toFixed(2)} s`;
  return [
    { what: 'bubble visible, slow phone', measured: middle('bubble_ms'), goal: '1.2 s' },
    { what: 'click to typing, slow phone', measured: middle('typing_ms'), goal: '1.2 s' },
  ];
}

interface Marks {
  bubble_ms?: number;
  click_ms?: number;
}

async function slowRound(page: Page, url: string) {
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  await page.addInitScript(() => {
    const marks = globalThis as unknown as Marks & { typing_ms?: number };
    const now_ms = () => performance.timeOrigin + performance.now();
    addEventListener('click', () => (marks.click_ms ??= now_ms()), { capture: true });
    addEventListener('focusin', ({ target }) => {
      if (target instanceof HTMLTextAreaElement) marks.typing_ms ??= now_ms();
    });
    const look = (): void => {
      const button = document.querySelector('parley-chat')?.shadowRoot?.querySelector('button');
      // The frame after the one in which it is there: it is painted.
      if (button) requestAnimationFrame(() => (marks.bubble_ms = performance.now()));
      else requestAnimationFrame(look);
    };
    if (parent === window) look();
  });
  await page.goto(url);
  await launcherOf(page).waitFor();
  await page.waitForFunction(() => (globalThis as unknown as Marks).bubble_ms !== undefined);
  // The configuration is there too, as it is when a person finds the bubble.
  await page.waitForLoadState('networkidle');
  await launcherOf(page).click();
  await composerOf(page).waitFor();
  const panel = page.frames().find((frame) => frame.url().includes('panel.html'));
  if (panel === undefined) throw new Error('the panel is not there');
  await panel.waitForFunction(
    () => (globalThis as unknown as { typing_ms?: number }).typing_ms !== undefined,
  );
  const typing_ms = await panel.evaluate(
    () => (globalThis as unknown as { typing_ms: number }).typing_ms,
  );
  const { bubble_ms = Number.NaN, click_ms = Number.NaN } = await page.evaluate(() => {
    const { bubble_ms: bubble, click_ms: click } = globalThis as unknown as Marks;
    return { ...(bubble && { bubble_ms: bubble }), ...(click && { click_ms: click }) };
  });
  return { bubble_ms, typing_ms: typing_ms - click_ms };
}

/** From Enter in the widget to the text in the dashboard; each way on a server with one conversation. */
async function delivery(): Promise<readonly Measured[]> {
  const rows = [];
  for (const [name, mode, goal] of [
    ['live', 'pass', '50 ms'],
    ['WebSocket blocked', 'refuse-upgrade', '100 ms'],
  ] as const) {
    const server = await startServer();
    const proxy = await startProxy({ targetPort: server.port, mode });
    const times_ms = await inBrowser((browser) =>
      talk(browser, mode === 'pass' ? server.url : proxy.url),
    );
    await proxy.close();
    await server.dispose();
    const middle_ms = median(times_ms).toFixed(0);
    rows.push({
      what: `Enter to text in the dashboard, ${name}`,
      measured: `median of ${times_ms.length}: ${middle_ms} ms, slowest ${Math.max(...times_ms).toFixed(0)} ms`,
      goal,
    });
  }
  return rows;
}

async function talk(browser: Browser, url: string): Promise<readonly number[]> {
  const visitor = await openVisitor(await browser.newPage(), url);
  await visitor.say('hello');
  const page = await browser.newPage();
  await signInAgent(page, url);
  const agent = await openFirstConversation(page);
  // Until both have settled on a provider.
  await delay(8_000);
  return measureDelivery(visitor, agent, 'ping', 30);
}

async function idle(server: LiveServer): Promise<readonly Measured[]> {
  const website = await startWebsite(shopPage(server.url));
  const requests = await inBrowser((browser) =>
    inNewContext(browser, async (page) => {
      await page.goto(website.url);
      await launcherOf(page).click();
      await isLive(page);
      await delay(5_000);
      let count = 0;
      page.on('request', () => (count += 1));
      await delay(60_000);
      return count;
    }),
  );
  await website.close();
  return [
    {
      what: 'HTTP requests of an open, idle widget a minute',
      measured: String(requests),
      goal: '0',
    },
  ];
}

/** Lighthouse's performance score of the page with and without the widget, three runs each. */
async function lighthouse(server: LiveServer): Promise<readonly Measured[]> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-lighthouse-'));
  const score = async (url: string | null): Promise<number> => {
    const website = await startWebsite(shopPage(url));
    const scores = [];
    for (let round = 0; round < 3; round += 1) {
      const report = join(folder, 'report.json');
      await promisify(execFile)(
        'npm',
        [
          'exec',
          '--yes',
          '--',
          'lighthouse@13',
          website.url,
          '--quiet',
          '--output=json',
          `--output-path=${report}`,
          '--only-categories=performance',
          '--chrome-flags=--headless --no-sandbox --disable-gpu',
        ],
        { cwd: folder, env: { ...process.env, CHROME_PATH: findChromium() } },
      );
      const { categories } = JSON.parse(await readFile(report, 'utf8')) as {
        categories: { performance: { score: number } };
      };
      scores.push(categories.performance.score * 100);
    }
    await website.close();
    return median(scores);
  };
  try {
    const [without, widget] = [await score(null), await score(server.url)];
    return [
      {
        what: 'Lighthouse performance, without and with',
        measured: `${without.toFixed(0)} and ${widget.toFixed(0)}`,
        goal: '1 point less',
      },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
