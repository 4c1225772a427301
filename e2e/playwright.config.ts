import { availableParallelism } from 'node:os';
import { defineConfig } from '@playwright/test';
import { findChromium } from './harness/chromium.ts';
import type { StoryOptions } from './harness/story.ts';

const executablePath = findChromium();
const report = process.env['STORIES_REPORT'];

/** How the browser of the stories is started. */
export const launchOptions: { readonly executablePath?: string; readonly args: string[] } = {
  ...(executablePath === undefined ? {} : { executablePath }),
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    // Two pages talk at once, and only one can be in front: neither is to be slowed down.
    '--disable-background-timer-throttling',
    '--disable-backgrounding-occluded-windows',
    '--disable-renderer-backgrounding',
    // A microphone that beeps; who may use it is still asked.
    '--use-fake-device-for-media-stream',
  ],
};

/** Stories that mostly wait for a clock: of a reconnect, a restart, an idle minute. */
const long =
  /(idle|tabs|restart|flapping|hosted-pusher|external-realtime|realtime-alone)\.story\.ts$/;
const waiting = 2;
/** Pages wait for each other and for servers more than they work. */
const working = availableParallelism() + 1;

/** Asked for by STORIES_DATABASE; `both` tells each story twice. */
const databases = {
  either: ['either'],
  sqlite: ['sqlite'],
  postgres: ['postgres'],
  both: ['sqlite', 'postgres'],
} as const;
const asked = process.env['STORIES_DATABASE'] ?? 'either';
const isKnown = (name: string): name is keyof typeof databases => Object.hasOwn(databases, name);
if (!isKnown(asked))
  throw new Error(`STORIES_DATABASE is one of ${Object.keys(databases).join(', ')}`);

export default defineConfig<StoryOptions>({
  testDir: '.',
  globalSetup: './harness/warm-up.ts',
  testMatch: '*.story.ts',
  outputDir: '../test-results',
  // Each story has its own server, data and ports, so any two can run side by side.
  fullyParallel: true,
  workers: working + waiting,
  projects: databases[asked].flatMap((database) => {
    const on = database === 'either' ? '' : ` on ${database}`;
    return [
      // First, for each of them takes a minute and hardly any work.
      { name: `waiting${on}`, testMatch: long, workers: waiting, use: { database } },
      { name: `working${on}`, testIgnore: long, workers: working, use: { database } },
    ];
  }),
  // A story that passes only when it is repeated shows a race, and that is what stories are for: whoever
  // writes one sees it fail. `npm test` repeats it once, and names it as unsteady: a whole run must not
  // be thrown away because a shared machine stood still for a moment.
  retries: report === undefined ? 0 : 1,
  forbidOnly: process.env['CI'] === 'true',
  // Generous: a busy machine is slow and not wrong. What has to be fast says so in its story.
  timeout: 180_000,
  expect: { timeout: 20_000 },
  reporter: [
    ['list'],
    ...(report === undefined ? [] : [['json', { outputFile: report }] as const]),
  ],
  use: {
    actionTimeout: 20_000,
    navigationTimeout: 30_000,
    viewport: { width: 1280, height: 800 },
    // Movement costs frames, and a click waits for what moves; nothing but style sheets knows of it.
    contextOptions: { reducedMotion: 'reduce' },
    screenshot: 'only-on-failure',
    // Takes a seventh more work of the machine: for a look at one that fails.
    trace: process.env['STORIES_TRACE'] === 'on' ? 'retain-on-failure' : 'off',
    launchOptions,
  },
});
