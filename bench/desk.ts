// node bench/desk.ts --url http://localhost:8000: what an agent waits for, on a server that was filled
// with `parley seed`; see README.md. PARLEY_ADMIN_EMAIL and PARLEY_ADMIN_PASSWORD say who signs in.
import { parseArgs } from 'node:util';
import { chromium } from '@playwright/test';
import type { InboxAnswer, MeAnswer } from '@parley/protocol';
import { signInAgent } from '../e2e/harness/people.ts';
import { findChromium } from '../e2e/harness/chromium.ts';

const { values } = parseArgs({
  options: { url: { type: 'string', default: 'http://localhost:8000' } },
});
const { url } = values;
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

const rows: [string, string][] = [];
const several = <T>(times: number, of: (n: number) => T): T[] =>
  Array.from({ length: times }, (_, n) => of(n));
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
const long = await longConversation();
rows.push([
  `messages of a conversation of ${LONG}`,
  told(await timed(several(20, () => `/admin/chatbot/${long}/messages`))),
]);

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
  const opens: number[] = [];
  for (let round = 0; round < 7; round += 1) {
    const begun = performance.now();
    await page.goto(`${url}/admin/chatbot`);
    await page.locator('[data-conversation]').first().waitFor();
    paints.push(performance.now() - begun);
    const clicked = performance.now();
    await page.evaluate((id) => {
      history.pushState({}, '', `/admin/chatbot/${id}`);
      dispatchEvent(new PopStateEvent('popstate'));
    }, long);
    await page.locator(`[data-seq="${LONG}"]`).waitFor();
    opens.push(performance.now() - clicked);
  }
  rows.push(['inbox, from the navigation to the first row, signed in', told(paints)]);
  rows.push([`opening the conversation of ${LONG} messages`, told(opens)]);
} finally {
  await browser.close();
}
console.log(`as ${me.agent.email}\n| what | measured |\n|---|---|`);
for (const row of rows) console.log(`| ${row.join(' | ')} |`);
