import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { sqliteDatabases, type TestDatabases } from '../testing/databases.ts';
import { newVisitor, signIn } from '../testing/http-client.ts';
import { runProcess } from '../testing/process.ts';
import { OWNER, type RunningServer, startServer } from '../testing/running-server.ts';

/** What the pages on moving tell somebody to do, done. */

const page = (name: string): Promise<string> =>
  readFile(new URL(`../../../../docs/${name}.md`, import.meta.url), 'utf8');

let databases: TestDatabases;
let server: RunningServer;
beforeAll(async () => {
  databases = await sqliteDatabases();
  server = await startServer(databases);
});
afterAll(async () => {
  await server.stop();
  await databases.discard();
});

const FILES = {
  'dump.sql':
    "-- MySQL dump\nINSERT INTO chat_conversations (id, status) VALUES (1,'open');\n" +
    "INSERT INTO chat_messages (id, conversation_id, sender, message, created_at) VALUES (1,1,'user','Hi','2024-01-01 00:00:00');\n",
  'chat_conversations.csv': 'id,status\r\n1,open\r\n',
  'chat_messages.csv':
    'id,conversation_id,sender,message,created_at\r\n1,1,user,Hi,2024-01-01T00:00:00Z\r\n',
  'chatwoot.sql':
    '-- PostgreSQL database dump\nCOPY public.conversations (id, inbox_id, status, contact_id) FROM stdin;\n1\t1\t0\t1\n\\.\n' +
    'COPY public.messages (id, content, conversation_id, message_type, created_at) FROM stdin;\n1\tHi\t1\t0\t2024-01-01 00:00:00\n\\.\n',
  'lhc.sql':
    '-- MariaDB dump\nINSERT INTO lh_chat (id, nick, status) VALUES (1,"Sakura",2);\n' +
    "INSERT INTO lh_msg (id, msg, time, chat_id, user_id) VALUES (1,'Hi',1709200800,1,0);\n",
};

/** Two processes for each command, and each may have to wait for a core. */
const COMMANDS_MS = 180_000;

test(
  'each `parley import` on the pages brings the conversation over, the second time nothing',
  { timeout: COMMANDS_MS },
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'parley-docs-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    for (const [name, text] of Object.entries(FILES)) await writeFile(join(folder, name), text);
    const pages = await Promise.all(['import', 'from-laravel', 'from-sakura'].map(page));
    const lines = pages.join('\n').matchAll(/^ *parley (import .+)$/gm);
    const commands = [...new Set(Array.from(lines, ([, command = '']) => command))];
    expect(commands.length).toBeGreaterThanOrEqual(6);
    const env = { DATA_DIR: join(folder, 'data'), LOG_LEVEL: 'warn' };
    const seen = new Set<string>();
    for (const command of commands) {
      const { code, out, err } = await runProcess(command.split(' '), { cwd: folder, env });
      expect({ code, err }, command).toEqual({ code: 0, err: '' });
      const source = command.split(' ')[1] ?? '';
      const isNew = !command.includes('--dry-run') && !seen.has(source);
      if (isNew) seen.add(source);
      expect(out, command).toContain(
        command.includes('--dry-run')
          ? '1 conversations and 1 messages can be taken, 0 rows cannot'
          : isNew
            ? '1 conversations and 1 messages are new'
            : '0 conversations and 0 messages are new, 1 messages were here',
      );
    }
  },
);

test('each route on the pages is a route', async () => {
  const routes = new Set(
    server.server.routes.map(({ method, url }) => `${method} ${url.replaceAll(/:\w+/g, '{}')}`),
  );
  for (const name of ['from-laravel', 'from-sakura']) {
    const told = [...(await page(name)).matchAll(/`((?:GET|POST) \/[^`]*)`/g)];
    expect(told.length).toBeGreaterThan(0);
    for (const [, route = ''] of told) {
      expect(routes, name).toContain(route.replaceAll(/\{\w+\}/g, '{}'));
    }
  }
});

test('the script for the dashboard shows who writes', async () => {
  const [, script = ''] = /```js\n([^]*?)```/.exec(await page('from-sakura')) ?? [];
  const agent = await signIn(server.url, OWNER);
  class SignedIn extends WebSocket {
    constructor(url: string) {
      // Node's takes headers, too; the types are those of a browser's.
      const options = { headers: { cookie: agent.sessionCookie } } as unknown as string[];
      super(url.replace('wss://chat.example', server.url.replace('http', 'ws')), options);
      onTestFinished(() => {
        this.close();
      });
    }
  }
  const shown: unknown[] = [];
  // oxlint-disable-next-line typescript/no-implied-eval -- what the page says, as it stands there
  const run = new Function('WebSocket', 'show', script) as (...given: unknown[]) => void;
  run(SignedIn, (users: unknown) => shown.push(users));
  const visitor = await newVisitor(server.url);
  await visitor.say('Hello');
  await expect
    .poll(() => shown.at(-1), { timeout: 10_000 })
    .toMatchObject([{ chats: [{ messages: [{ content: 'Hello' }] }] }]);
});
