// node bench/tab.ts [--minutes 60] [--rate 5]: what a tab of the dashboard holds while an agent works in it
// for long; see README.md. One line after the first minute and after every tenth.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type CDPSession, chromium, type Page } from '@playwright/test';
import { inbox, openedConversation, signInAgent } from '../e2e/harness/people.ts';
import { launchOptions } from '../e2e/playwright.config.ts';
import { startServer } from '../e2e/harness/server.ts';
import { serverEntry } from '../scripts/lib/paths.ts';
import { Api } from './load/api.ts';
import { beginVisitors, type TalkingVisitor } from './load/visitors.ts';
import { PARLEY_SITE } from './peers/app.ts';
import { cpuTime, processTree, residentBytes } from './process-usage.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    rate: { type: 'string', default: '5' },
  },
});
const minutes = Number(values.minutes);
/** Messages of visitors a second. */
const rate = Number(values.rate);

const MINUTE_MS = 60_000;
const VISITORS = 150;
const AT_ONCE = 8;
/** From one thing that the agent does to the next. */
const STEP_MS = 6_000;
/** Where an agent looks besides. */
const PLACES = ['/admin/visitors', '/admin/reports', '/admin/chatbot?status=all&sort=newest'];

interface Sample {
  readonly heap_MB: number;
  readonly nodes: number;
  readonly listeners: number;
  readonly documents: number;
  readonly renderer_MB: number;
  readonly cpu_s: number;
}

const dataDir = mkdtempSync(join(tmpdir(), 'parley-tab-'));
const seeded = spawnSync(
  process.execPath,
  [serverEntry, 'seed', '--conversations', '1000', '--messages', '50000'],
  {
    cwd: dataDir,
    env: { PATH: process.env['PATH'], DATA_DIR: dataDir, PARLEY_SITE_TOKEN: PARLEY_SITE.token },
  },
);
if (seeded.status !== 0) throw new Error(String(seeded.stderr));
const server = await startServer({
  dataDir,
  env: { PARLEY_SITE_TOKEN: PARLEY_SITE.token, LOG_LEVEL: 'warn', LIMIT_FREE_DISK_BYTES: '0' },
});
const api = new Api(server.port, AT_ONCE);
const done = { said: 0, opened: 0, replied: 0, looked: 0, failed: 0 };

const pick = <T>(from: readonly T[]): T => {
  const one = from[Math.floor(Math.random() * from.length)];
  if (one === undefined) throw new Error('There is nobody');
  return one;
};

async function say({ token, conversationId }: TalkingVisitor): Promise<void> {
  const typing = `/api/chatbot/conversation/${conversationId}/typing`;
  await api.post(typing, token, { typing: true, preview: 'Is any' });
  await api.post('/api/chatbot/message', token, {
    text: `Is anybody there? ${'x'.repeat(Math.random() * 200)}`,
    client_message_id: crypto.randomUUID(),
  });
  done.said += 1;
}

/** All of them, until it is over. */
async function talk(people: readonly TalkingVisitor[], end_ms: number): Promise<void> {
  while (Date.now() < end_ms) {
    await Promise.all([sleep(1_000 / rate), say(pick(people)).catch(fail)]);
  }
}

function fail(error: unknown): void {
  done.failed += 1;
  console.error(error);
}

/** Opens one of the rows on screen and answers; looks elsewhere now and then, and comes back. */
async function work(page: Page, turn: number): Promise<void> {
  if (turn % 6 === 5) {
    await goTo(page, pick(PLACES));
    done.looked += 1;
    return;
  }
  if (turn % 6 === 0) {
    await goTo(page, '/admin/chatbot');
    await inbox(page).waitFor();
  }
  const rows = inbox(page).getByRole('link');
  await rows.nth(Math.floor(Math.random() * Math.min(8, await rows.count()))).click();
  const agent = await openedConversation(page);
  done.opened += 1;
  await agent.say(`I am looking into it, ${turn}`);
  done.replied += 1;
}

/** Without a load: the tab is the same one for the whole hour. */
async function goTo(page: Page, path: string): Promise<void> {
  await page.evaluate((to) => {
    history.pushState({}, '', to);
    dispatchEvent(new PopStateEvent('popstate'));
  }, path);
}

async function sample(session: CDPSession, renderer: number): Promise<Sample> {
  // Twice: what the first frees may have held what the second does.
  await session.send('HeapProfiler.collectGarbage');
  await session.send('HeapProfiler.collectGarbage');
  const { metrics } = await session.send('Performance.getMetrics');
  const of = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? Number.NaN;
  return {
    heap_MB: inMB(of('JSHeapUsedSize')),
    nodes: of('Nodes'),
    listeners: of('JSEventListeners'),
    documents: of('Documents'),
    renderer_MB: inMB(residentBytes([renderer])),
    cpu_s: Math.round(cpuTime(processTree(process.pid)).used_ns / 1e9),
  };
}

const inMB = (bytes: number): number => Math.round(bytes / 1024 / 102.4) / 10;

const browser = await chromium.launch(launchOptions);
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  page.on('pageerror', fail);
  await signInAgent(page, server.url);
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const { processInfo } = await (
    await browser.newBrowserCDPSession()
  ).send('SystemInfo.getProcessInfo');
  const renderer = processInfo.findLast(({ type }) => type === 'renderer')?.id ?? 0;
  const people = await beginVisitors(api, VISITORS, AT_ONCE);
  const begun_ms = Date.now();
  const talking = talk(people, begun_ms + minutes * MINUTE_MS);
  let due = 1;
  for (let turn = 0; due <= minutes; turn += 1) {
    await work(page, turn).catch(fail);
    await sleep(STEP_MS);
    if (Date.now() - begun_ms < due * MINUTE_MS) continue;
    // Where the least is open.
    await goTo(page, '/admin/chatbot');
    await inbox(page).waitFor();
    await sleep(STEP_MS);
    const at = { ...(await sample(session, renderer)), ...done };
    console.log(`minute ${due}: ${JSON.stringify(at)}`);
    due = due === 1 ? 10 : due + 10;
  }
  await talking;
} finally {
  await browser.close();
  api.close();
  await server.dispose();
  rmSync(dataDir, { recursive: true, force: true });
}
