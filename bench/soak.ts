// node bench/soak.ts [--minutes 60] [--visitors 1000] [--every 1]: what the built server holds while it is
// used for long; see README.md. Memory idle and with all visitors connected, then one line a minute.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Api } from './load/api.ts';
import { Page } from './load/page.ts';
import { beginVisitors, type TalkingVisitor } from './load/visitors.ts';
import { PARLEY_APP, PARLEY_OWNER, PARLEY_SITE } from './peers/app.ts';
import { freePort } from '../scripts/testing/free-port.ts';
import { launch } from './peers/launch.ts';
import { cpuTime, residentBytes } from './process-usage.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    visitors: { type: 'string', default: '1000' },
    every: { type: 'string', default: '1' },
  },
});
const minutes = Number(values.minutes);
const visitors = Number(values.visitors);
/** Seconds from one burst to the next: more of them leave room for other work on the machine. */
const every_s = Number(values.every);

const SETTLE_MS = 30_000;
const MINUTE_MS = 60_000;
/** In each burst. */
const MESSAGES = 20;
const LEAVES = 5;
const AT_ONCE = 16;

const folder = mkdtempSync(join(tmpdir(), 'parley-soak-'));
const port = await freePort();
const server = await launch(0, {
  name: process.execPath,
  args: [resolve(import.meta.dirname, '../packages/server/bin/parley.mjs'), 'start'],
  cwd: folder,
  port,
  processes: 1,
  env: {
    PATH: process.env['PATH'],
    NODE_ENV: 'production',
    LOG_LEVEL: 'warn',
    HOST: '127.0.0.1',
    PORT: String(port),
    DATA_DIR: join(folder, 'data'),
    TMPDIR: folder,
    RATE_LIMITS: 'off',
    LIMIT_FREE_DISK_BYTES: '0',
    REVERB_APP_ID: PARLEY_APP.id,
    REVERB_APP_KEY: PARLEY_APP.key,
    REVERB_APP_SECRET: PARLEY_APP.secret,
    PARLEY_SITE_TOKEN: PARLEY_SITE.token,
    PARLEY_ADMIN_EMAIL: PARLEY_OWNER.email,
    PARLEY_ADMIN_PASSWORD: PARLEY_OWNER.password,
  },
});
const [pid = 0] = server.pids;
const api = new Api(port, AT_ONCE);
const done = { messages: 0, files: 0, cut: 0, returns: 0, polls: 0, failed: 0 };

interface Sample {
  readonly resident_MB: number;
  readonly descriptors: number;
  /** Of uploads that are under way, or were left behind. */
  readonly temporary: number;
  readonly sockets: number;
  /** Of the server, since it was started. */
  readonly cpu_s: number;
}

function sample(): Sample {
  const temporary = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name !== 'data' && !/^data\/(files|parley\.sqlite|incoming$)/.test(name),
  );
  return {
    resident_MB: Math.round((residentBytes([pid]) / 1024 / 1024) * 10) / 10,
    descriptors: readdirSync(`/proc/${pid}/fd`).length,
    temporary: temporary.length,
    sockets: pages.filter(({ isLive }) => isLive).length,
    cpu_s: Math.round(cpuTime([pid]).used_ns / 1e9),
  };
}

function tell(what: string, at: Sample): void {
  console.log(`${what}: ${JSON.stringify(at)}${what.startsWith('minute') ? said() : ''}`);
}

const said = (): string => ` ${JSON.stringify(done)}`;

const pages: Page[] = [];
await sleep(SETTLE_MS);
tell('idle', sample());
const people = await beginVisitors(api, visitors, AT_ONCE);
for (const person of people) {
  const page = new Page(person, port, api, () => undefined);
  pages.push(page);
  page.connect();
  if (pages.length % 50 === 0) await sleep(50);
}
await sleep(SETTLE_MS);
tell(`${visitors} visitors`, sample());

const pick = <T>(from: readonly T[]): T => {
  const one = from[Math.floor(Math.random() * from.length)];
  if (one === undefined) throw new Error('There is nobody');
  return one;
};
const picture = readFileSync(resolve(import.meta.dirname, '../docs/parley.png'));

async function say({ token, conversationId }: TalkingVisitor): Promise<void> {
  const body = {
    text: `Is anybody there? ${'x'.repeat(Math.random() * 200)}`,
    client_message_id: crypto.randomUUID(),
    conversation_id: conversationId,
  };
  await api.post('/api/chatbot/message', token, body);
  done.messages += 1;
}

async function sendFiles({ token }: TalkingVisitor): Promise<void> {
  const form = new FormData();
  form.append('files', new Blob([new Uint8Array(picture)]), 'garden.png');
  form.append('files', new Blob([crypto.randomUUID().repeat(3_000)]), 'notes.txt');
  const answer = await fetch(`http://127.0.0.1:${port}/api/chatbot/file`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: form,
  });
  const { message } = (await answer.json()) as { message: { id: number } };
  done.files += 1;
  // Half of them are deleted again, with their files.
  if (Math.random() < 0.5) return;
  await fetch(`http://127.0.0.1:${port}/api/chatbot/message/${message.id}`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${token}` },
  });
}

/** An upload that its sender gives up in the middle. */
async function cutUpload({ token }: TalkingVisitor): Promise<void> {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  socket.write(
    'POST /api/chatbot/file HTTP/1.1\r\nHost: x\r\n' +
      `Authorization: Bearer ${token}\r\n` +
      'Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 500000\r\n\r\n' +
      '--b\r\nContent-Disposition: form-data; name="files"; filename="a.bin"\r\n\r\n' +
      'x'.repeat(100_000),
  );
  await sleep(200);
  socket.destroy();
  done.cut += 1;
}

/** The page is closed, and another one opened, which polls until it is live. */
function comeBack(person: TalkingVisitor): void {
  const index = people.indexOf(person);
  pages[index]?.leave();
  const page = new Page(person, port, api, () => undefined);
  pages[index] = page;
  page.connect();
  done.returns += 1;
}

async function poll({ token }: TalkingVisitor): Promise<void> {
  const headers = { authorization: `Bearer ${token}` };
  const { body } = await api.call('GET', '/api/chatbot/updates', headers);
  const { cursor } = JSON.parse(String(body)) as { cursor: string };
  await api.call('GET', `/api/chatbot/updates?cursor=${cursor}&wait=1`, headers);
  done.polls += 1;
}

const tried = (work: Promise<unknown>): Promise<unknown> =>
  work.catch((error: unknown) => {
    done.failed += 1;
    console.error(error);
  });

const end_ms = Date.now() + minutes * MINUTE_MS;
const samples: Sample[] = [];
let told_ms = Date.now();
while (Date.now() < end_ms) {
  for (let n = 0; n < LEAVES; n += 1) comeBack(pick(people));
  await Promise.all([
    sleep(1_000 * every_s),
    ...Array.from({ length: MESSAGES }, () => tried(say(pick(people)))),
    tried(sendFiles(pick(people))),
    tried(cutUpload(pick(people))),
    tried(poll(pick(people))),
  ]);
  if (Date.now() - told_ms < MINUTE_MS) continue;
  told_ms = Date.now();
  samples.push(sample());
  tell(`minute ${samples.length}`, sample());
}
const middle = (some: readonly Sample[], of: keyof Sample): number =>
  some.map((one) => one[of]).sort((a, b) => a - b)[Math.floor(some.length / 2)] ?? Number.NaN;
const quarter = Math.max(1, Math.floor(samples.length / 4));
for (const what of ['resident_MB', 'descriptors', 'temporary', 'sockets'] as const) {
  const [second, last] = [samples.slice(quarter, 2 * quarter), samples.slice(-quarter)];
  console.log(`${what}: second quarter ${middle(second, what)}, last ${middle(last, what)}`);
}
for (const page of pages) page.leave();
api.close();
await server.stop();
rmSync(folder, { recursive: true, force: true });
