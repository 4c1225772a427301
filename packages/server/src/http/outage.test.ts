import { Client } from 'pg';
import { expect, inject, onTestFinished, test } from 'vitest';
import { postgresDatabases } from '../testing/databases.ts';
import { codeOfAnswer, newVisitor, call } from '../testing/http-client.ts';
import { startServer } from '../testing/running-server.ts';

const serverUrl = inject('postgresUrl');

test.skipIf(serverUrl === null)(
  '[SYNC-1] database gone: 503 and no acknowledgement; it works again without a restart',
  async () => {
    const databases = await postgresDatabases(serverUrl ?? '');
    onTestFinished(() => databases.discard());
    const server = await startServer(databases);
    onTestFinished(() => server.stop());
    const visitor = await newVisitor(server.url);
    await visitor.say('before');

    const name = new URL(databases.url ?? '').pathname.slice(1);
    const admin = new Client({ connectionString: serverUrl ?? '' });
    await admin.connect();
    onTestFinished(() => admin.end());
    await admin.query(`alter database ${name} allow_connections false`);
    await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [
      name,
    ]);

    const send = (text: string) => visitor.call('POST', '/api/chatbot/message', { text });
    const refused = await send('lost');
    expect([refused.status, codeOfAnswer(refused)]).toEqual([503, 'unavailable']);
    expect(refused.headers['retry-after']).toBe('2');
    expect(refused.text).not.toMatch(/postgres|connection|ECONN/i);
    expect((await call(`${server.url}/up`)).status).toBe(503);

    await admin.query(`alter database ${name} allow_connections true`);
    await expect.poll(async () => (await send('after')).status, { timeout: 10_000 }).toBe(201);
    expect((await call(`${server.url}/up`)).status).toBe(200);
    const init = await visitor.call('GET', '/api/chatbot/conversation/1');
    const texts = (init.json as { messages: { text: string }[] }).messages.map(({ text }) => text);
    expect(texts).toEqual(['before', 'after']);
  },
);
