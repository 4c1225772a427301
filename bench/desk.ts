// node bench/desk.ts --url http://localhost:8000: what an agent waits for, on a server that was filled
// with `parley seed`; see README.md. PARLEY_ADMIN_EMAIL and PARLEY_ADMIN_PASSWORD say who signs in.
// --only http or browser: a part of it.
import { parseArgs } from 'node:util';
import { randomUUID } from 'node:crypto';
import { type Browser, chromium, type Locator, type Page } from '@playwright/test';
import type { InboxAnswer, MeAnswer } from '@parley/protocol';
import { measureDelivery } from '../e2e/harness/delivery.ts';
import { openedConversation, openVisitor, signInAgent } from '../e2e/harness/people.ts';
import { findChromium } from '../e2e/harness/chromium.ts';

const { values } = parseArgs({
  options: {
    url: { type: 'string', default: 'http://localhost:8000' },
    only: { type: 'string' },
  },
});
const { url, only } = values;
const who = {
  email: process.env['PARLEY_ADMIN_EMAIL'] ?? '',
  password: process.env['PARLEY_ADMIN_PASSWORD'] ?? '',
};
/** At which `parley seed` makes its longest conversation. */
const LONG = 10_000;

/** As people ask: a word of every tenth message, beginnings, several words, numbers, names, signs. */
const QUESTIONS = [
  'order',
  'warehouse',
  'ord',
  'invo',
  'where is my order',
  'blue jacket berlin',
  'refunded bank',
  'grun',
  'kaffeemuhle',
  'いつ届き',
  '注文',
  'espresso machine osaka',
  'ship the tent to oslo',
  'is there anything else that i can do',
  'weber',
  'zoe mull',
  'jonas.weber',
  'nothing that anybody wrote',
] as const;
const ROUNDS = 15;
const OPENINGS = 30;
/** A visitor may say twenty at once, and then one a second (`LIMIT_MESSAGES_BURST`). */
const SAID = 15;

const login = await fetch(`${url}/admin/login`, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(who),
});
if (!login.ok) throw new Error(`Signing in failed: ${await login.text()}`);
const cookie = login.headers
  .getSetCookie()
  .map((one) => one.split(';')[0])
  .join('; ');
const me = (await login.json()) as MeAnswer;

async function get<T>(path: string): Promise<T> {
  const answer = await fetch(url + path, { headers: { cookie, accept: 'application/json' } });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return (await answer.json()) as T;
}

async function timed(paths: readonly string[]): Promise<number[]> {
  const times: number[] = [];
  for (const path of paths) {
    const begun = performance.now();
    await get(path);
    times.push(performance.now() - begun);
  }
  return times;
}

function told(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => (sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(0);
  return `p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, slowest ${at(1)} ms (${times.length})`;
}

async function longConversation(): Promise<number> {
  let cursor: string | null = null;
  do {
    const next: string = cursor === null ? '' : `&cursor=${cursor}`;
    const page: InboxAnswer = await get(`/admin/chatbot?limit=100${next}`);
    const long = page.conversations.find(({ head }) => head >= LONG);
    if (long !== undefined) return long.id;
    cursor = page.next_cursor;
  } while (cursor !== null);
  throw new Error(`There is no conversation of ${LONG} messages: fill the server with parley seed`);
}

/** By the latest activity, so that the conversation of 10,000 stands in it. */
const LIST = 'status=all&sort=newest';
const linkTo = (page: Page, id: number): Locator => page.locator(`[data-conversation="${id}"]`);

async function speakIn(id: number): Promise<void> {
  const answer = await fetch(`${url}/admin/chatbot/${id}/reply`, {
    method: 'POST',
    headers: { cookie, 'content-type': 'application/json', 'x-csrf-token': me.csrf_token },
    body: JSON.stringify({ text: 'One more', client_message_id: randomUUID() }),
  });
  if (!answer.ok) throw new Error(`Nothing was sent: ${await answer.text()}`);
}

/** The long one, and one like most. */
async function toOpen(page: Page): Promise<[name: string, id: number][]> {
  await page.goto(`${url}/admin/chatbot?${LIST}`);
  await linkTo(page, long).waitFor();
  const ids = await page
    .locator('[data-conversation]')
    .evaluateAll((links) => links.map((link) => Number(link.getAttribute('data-conversation'))));
  const usual = ids.find((id) => id !== long) ?? long;
  return [
    [`a conversation of ${LONG} messages`, long],
    ['a conversation', usual],
  ];
}

/** As a hand does before it clicks; what that fetches is there by then. */
async function pointAt(page: Page, id: number): Promise<void> {
  const fetched = page.waitForResponse((answer) => answer.url().includes(`/${id}/messages`));
  await linkTo(page, id).hover();
  await (await fetched).finished();
}

/** Milliseconds in the page, from the click until the frame with its messages has been painted. */
async function opened(page: Page, id: number): Promise<number> {
  return linkTo(page, id).evaluate(async (link) => {
    const isThere = (): boolean => document.querySelector('[role=log] [data-message]') !== null;
    const begun = performance.now();
    (link as HTMLElement).click();
    await new Promise<void>((done) => {
      const observer = new MutationObserver(() => isThere() && done());
      observer.observe(document, { childList: true, subtree: true });
      if (isThere()) done();
    });
    // What is posted in the callback of a frame is heard when that frame is done.
    await new Promise<void>((done) => {
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.addEventListener('message', () => done());
        port1.start();
        port2.postMessage(null);
      });
    });
    return performance.now() - begun;
  });
}

const rows: [string, string][] = [];
const several = <T>(times: number, of: (n: number) => T): T[] =>
  Array.from({ length: times }, (_, n) => of(n));
const long = await longConversation();
if (only !== 'browser') await askOverHttp();
if (only !== 'http') await workInBrowser();
console.log(`as ${me.agent.email}\n| what | measured |\n|---|---|`);
for (const row of rows) console.log(`| ${row.join(' | ')} |`);

async function askOverHttp(): Promise<void> {
  // Numbers that are another each time: nothing of them is in memory.
  const numbers = (n: number) => [`order ${100_000 + 7_919 * n}`, `2026-${10_000 + 613 * n}`];
  const questions = several(ROUNDS, (n) => [...QUESTIONS, ...numbers(n)]).flat();
  await timed(QUESTIONS.map((q) => `/admin/search?q=${encodeURIComponent(q)}`));
  rows.push([
    'search',
    told(await timed(questions.map((q) => `/admin/search?q=${encodeURIComponent(q)}`))),
  ]);
  const slowest = [];
  for (const q of QUESTIONS) {
    const [time = 0] = (await timed(several(5, () => `/admin/search?q=${encodeURIComponent(q)}`)))
      .toSorted((a, b) => a - b)
      .slice(2);
    slowest.push({ q, time });
  }
  slowest.sort((a, b) => b.time - a.time);
  rows.push([
    'its slowest questions',
    slowest
      .slice(0, 3)
      .map(({ q, time }) => `“${q}” ${time.toFixed(0)} ms`)
      .join(', '),
  ]);
  const inbox = [
    'status=open&sort=waiting',
    'status=open',
    '',
    'status=resolved',
    'assignee=me&sort=waiting',
    'label=vip',
    'q=warehouse',
  ];
  for (const query of inbox) {
    rows.push([
      `page of the inbox, ${query || 'all'}`,
      told(await timed(several(20, () => `/admin/chatbot?${query}`))),
    ]);
  }
  rows.push([
    `messages of a conversation of ${LONG}`,
    told(await timed(several(20, () => `/admin/chatbot/${long}/messages`))),
  ]);
}

/** From a visitor's Enter to the text in the open conversation. */
async function beHeard(browser: Browser, agent: Page): Promise<void> {
  const visitor = await openVisitor(await browser.newPage(), url);
  await visitor.say('hello');
  await agent.goto(`${url}/admin/chatbot?${LIST}`);
  await agent.locator('[data-conversation]').filter({ hasText: 'hello' }).first().click();
  const opened = await openedConversation(agent);
  rows.push([
    "visitor's Enter to the agent's screen",
    told(await measureDelivery(visitor, opened, 'said', SAID)),
  ]);
}

async function workInBrowser(): Promise<void> {
  const path = findChromium();
  if (path === undefined) throw new Error('There is no Chromium: set CHROMIUM_PATH');
  const browser = await chromium.launch({
    executablePath: path,
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic'],
  });
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await signInAgent(page, url, who);
    const paints: number[] = [];
    for (let round = 0; round < 7; round += 1) {
      const begun = performance.now();
      await page.goto(`${url}/admin/chatbot`);
      await page.locator('[data-conversation]').first().waitFor();
      paints.push(performance.now() - begun);
    }
    rows.push(['inbox, from the navigation to the first row, signed in', told(paints)]);
    await speakIn(long);
    for (const [name, id] of await toOpen(page)) {
      const unasked: number[] = [];
      const pointedAt: number[] = [];
      const back: number[] = [];
      for (let round = 0; round < OPENINGS; round += 1) {
        await page.goto(`${url}/admin/chatbot?${LIST}`);
        await linkTo(page, id).waitFor();
        unasked.push(await opened(page, id));
        await page.goto(`${url}/admin/chatbot?${LIST}`);
        await pointAt(page, id);
        pointedAt.push(await opened(page, id));
        await page.goBack();
        await page.locator('[role=log]').waitFor({ state: 'detached' });
        back.push(await opened(page, id));
      }
      rows.push([`opening ${name}, from the click to the frame that shows it`, told(unasked)]);
      rows.push([`opening ${name}, pointed at before`, told(pointedAt)]);
      rows.push([`opening ${name} again`, told(back)]);
    }
    await beHeard(browser, page);
  } finally {
    await browser.close();
  }
}
