import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import type { NewJob } from '../job/job.ts';
import {
  postgresDatabases,
  sqliteDatabases,
  type MakeDatabases,
  type TestDatabases,
} from '../testing/databases.ts';
import { postForm } from '../testing/forms.ts';
import { newVisitor, signIn, type TestVisitor } from '../testing/http-client.ts';
import { startReceiver } from '../testing/receiver.ts';
import { OWNER, type RunningServer, startServer } from '../testing/running-server.ts';
import { insertJobs } from '../testing/transactions.ts';

const PATIENT = { timeout: 15_000, interval: 20 };

/** Values by name and labels, as they stand in the text. */
type Values = ReadonlyMap<string, number>;

async function textOf({ server }: RunningServer): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${server.metricsPort}/metrics`);
  expect(response.status).toBe(200);
  return response.text();
}

function parse(text: string): Values {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const at = line.lastIndexOf(' ');
      return [line.slice(0, at), Number(line.slice(at + 1))];
    }),
  );
}

const namesIn = (text: string): ReadonlySet<string> =>
  new Set(Array.from(text.matchAll(/^# TYPE (\S+)/gm), ([, name = '']) => name));

const Board = z.object({
  panels: z.array(
    z.object({
      title: z.string(),
      targets: z.array(z.object({ expr: z.string() })).min(1),
    }),
  ),
});

/** All that an expression reads, without what belongs to the language. */
function metricsOf(expr: string): string[] {
  return Array.from(expr.matchAll(/\b(?:parley|process|nodejs)_\w+/g), ([name]) =>
    name.replace(/_(bucket|sum|count)$/, ''),
  );
}

function figuresContract(make: MakeDatabases): void {
  let databases: TestDatabases;
  let server: RunningServer;
  let visitor: TestVisitor;
  const read = async (name: string): Promise<number> =>
    parse(await textOf(server)).get(`parley_${name}`) ?? 0;

  beforeAll(async () => {
    databases = await make();
    server = await startServer(databases, {
      env: {
        METRICS_PORT: '0',
        LIMIT_FREE_DISK_BYTES: '0',
        WEBHOOK_ALLOW_PRIVATE: '127.0.0.0/8',
      },
    });
    visitor = await newVisitor(server.url);
  });
  afterAll(async () => {
    await server.stop();
    await databases.discard();
  });

  test('a message is counted on its way: answered, written, published', async () => {
    const route = 'method="POST",route="/api/chatbot/message"';
    const before = {
      published: await read('publish_delay_seconds_count'),
      written: await read('writes_total{transaction="send",outcome="done"}'),
    };
    await visitor.say('Hello');
    expect(await read(`http_requests_total{${route},status="201"}`)).toBe(1);
    expect(await read(`http_request_duration_seconds_count{${route}}`)).toBe(1);
    expect(await read('writes_total{transaction="send",outcome="done"}')).toBe(before.written + 1);
    expect(await read('events_published_total')).toBeGreaterThanOrEqual(2);
    if (databases.name === 'PostgreSQL') {
      expect(await read('publish_delay_seconds_count')).toBeGreaterThan(before.published);
    }
    await visitor.call('PATCH', '/api/chatbot/message/999999', { text: 'Nobody wrote this' });
    expect(await read('writes_total{transaction="changeByVisitor",outcome="refused"}')).toBe(1);
  });

  test('routes are templates, whatever is asked for, and polls that wait do not count as slow', async () => {
    const { conversation_id: id } = await visitor.say('Another');
    await visitor.call('GET', `/api/chatbot/conversation/${id}`);
    await visitor.call('GET', '/api/chatbot/updates');
    for (const path of ['/nothing/here', '/api/chatbot/conversation/777', '/wp-login.php']) {
      await visitor.call('GET', path);
    }
    const asked = await visitor.call('GET', '/api/chatbot/updates');
    const { cursor } = z.object({ cursor: z.string() }).parse(asked.json);
    const poll = visitor.call('GET', `/api/chatbot/updates?cursor=${cursor}&wait=20`);
    await expect.poll(() => read('waiting_polls')).toBe(1);
    await visitor.say('This ends the wait');
    await poll;
    expect(await read('waiting_polls')).toBe(0);
    const values = parse(await textOf(server));
    const routes = [...values.keys()].filter((name) => name.startsWith('parley_http_requests'));
    expect(routes.join('\n')).not.toMatch(/777|wp-login|nothing/);
    expect(routes.join('\n')).toContain('route="/api/chatbot/conversation/:id",status="404"');
    expect(values.get('parley_http_requests_total{method="GET",route="none",status="404"}')).toBe(
      2,
    );
    const updates = 'method="GET",route="/api/chatbot/updates"';
    expect(values.get(`parley_http_requests_total{${updates},status="200"}`)).toBe(3);
    expect(values.get(`parley_http_request_duration_seconds_count{${updates}}`)).toBe(2);
  });

  test('jobs that are due, by kind and age', async () => {
    const now_ms = Date.now();
    const job = (runAt_ms: number): NewJob => ({
      kind: 'of-another-version',
      queueKey: `k${runAt_ms}`,
      payload: {},
      runAt_ms,
    });
    const jobs = [job(now_ms - 90_000), job(now_ms - 1_000), job(now_ms + 60_000)];
    await server.database.write(insertJobs, { jobs, now_ms });
    expect(await read('job_queue_depth{kind="of-another-version"}')).toBe(2);
    expect(await read('job_queue_age_seconds{kind="of-another-version"}')).toBeGreaterThanOrEqual(
      90,
    );
  });

  test('webhooks, by what became of them', async () => {
    const receiver = await startReceiver();
    onTestFinished(() => receiver.stop());
    const owner = await signIn(server.url, OWNER);
    const hook = { site_id: 1, url: `${receiver.url}/in`, events: ['message.created'] };
    await owner.call('POST', '/admin/webhooks', hook);
    const counted = (outcome: string) => () => read(`webhooks_total{outcome="${outcome}"}`);
    await visitor.say('One');
    await expect.poll(counted('taken'), PATIENT).toBe(1);
    receiver.answer = (_request, response) => response.writeHead(503).end();
    await visitor.say('Two');
    await expect.poll(counted('refused'), PATIENT).toBeGreaterThanOrEqual(1);
    await receiver.stop();
    await visitor.say('Three');
    await expect.poll(counted('failed'), PATIENT).toBeGreaterThanOrEqual(1);
  });

  test('what the storage of files does', async () => {
    const form = { files: [['files', 'a.txt', 'text']] as const };
    expect((await postForm(visitor, '/api/chatbot/file', form)).status).toBe(201);
    expect(await read('file_duration_seconds_count{operation="put",outcome="done"}')).toBe(1);
    expect(await read('database_up')).toBe(1);
  });

  test('no address, name or token of anybody becomes a label', async () => {
    await signIn(server.url, OWNER);
    await visitor.call('GET', '/api/users/someone@people.example/chats');
    const text = await textOf(server);
    expect(text).not.toMatch(/people\.example|agents\.example/);
    expect(text).not.toContain(visitor.token);
  });
}

const url = inject('postgresUrl');
describe('figures on SQLite', () => figuresContract(sqliteDatabases));
describe.skipIf(url === null)('figures on PostgreSQL', () =>
  figuresContract(() => postgresDatabases(url ?? '')),
);

describe('the figures of a whole server', () => {
  test.each([
    ['reverb', 'parley_realtime_connections'],
    ['null', 'parley_waiting_polls'],
  ])('with BROADCAST_CONNECTION=%s: each name once, those of the process too', async (way, own) => {
    const databases = await sqliteDatabases();
    const server = await startServer(databases, {
      env: { METRICS_PORT: '0', BROADCAST_CONNECTION: way },
    });
    onTestFinished(async () => {
      await server.stop();
      await databases.discard();
    });
    const text = await textOf(server);
    const names = Array.from(text.matchAll(/^# TYPE (\S+)/gm), ([, name = '']) => name);
    expect(names).toContain(own);
    expect(names).toContain('process_resident_memory_bytes');
    expect(names).toContain('nodejs_eventloop_lag_p99_seconds');
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
    if (way === 'null') return;
    await boardReads(namesIn(text));
    await docsTell(namesIn(text));
  });
});

async function boardReads(names: ReadonlySet<string>): Promise<void> {
  const path = join(import.meta.dirname, '../../../../deploy/grafana.json');
  const { panels } = Board.parse(JSON.parse(await readFile(path, 'utf8')));
  expect(panels.length).toBeGreaterThan(10);
  for (const { title, targets } of panels) {
    for (const { expr } of targets) {
      const read = metricsOf(expr);
      // Each node tells of the queue of all.
      expect(expr, title).not.toMatch(/sum[^(]*\(parley_(job_queue|database_up|provider)/);
      expect(read.length, `${title}: ${expr}`).toBeGreaterThan(0);
      expect(
        read.filter((name) => !names.has(name)),
        title,
      ).toEqual([]);
    }
  }
}

/** Each figure of the application stands on the page about them, and none else. */
async function docsTell(names: ReadonlySet<string>): Promise<void> {
  const path = join(import.meta.dirname, '../../../../docs/monitoring.md');
  const page = await readFile(path, 'utf8');
  const told = Array.from(page.matchAll(/^\| `(parley_\w+)`/gm), ([, name = '']) => name);
  const own = [...names].filter((name) => /^parley_(?!realtime_)/.test(name));
  expect(told.sort()).toEqual(own.sort());
}
