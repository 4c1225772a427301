import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test } from 'vitest';
import { sqliteDatabases } from './testing/databases.ts';
import { type Answer, call, newVisitor, signIn } from './testing/http-client.ts';
import { listenTo } from './testing/pusher-clients.ts';
import { MAIN, startProcess } from './testing/process.ts';
import { startServer } from './testing/running-server.ts';

describe('a graceful stop', () => {
  test('answers polls at once, closes sockets, keeps what was acknowledged, and is quick', async () => {
    const databases = await sqliteDatabases();
    onTestFinished(() => databases.discard());
    const server = await startServer(databases);
    const visitor = await newVisitor(server.url);
    const { conversation_id: id } = await visitor.say('Hello');
    const { json } = await call(`${server.url}/api/chatbot/config?token=site-token-of-the-tests`);
    const { key } = (json as { reverb: { key: string } }).reverb;
    const listener = await listenTo(`private-chat.conversation.${id}`, {
      port: server.port,
      key,
      authUrl: server.url,
      headers: visitor.headers,
    });
    const closed = new Promise((resolve) => {
      listener.client.connection.bind('state_change', ({ current }: { current: string }) => {
        if (current !== 'connected') resolve(current);
      });
    });
    const { cursor } = (await visitor.call('GET', '/api/chatbot/updates')).json as {
      cursor: string;
    };
    const polls = [
      visitor.call('GET', `/api/chatbot/updates?cursor=${cursor}&wait=25`),
      visitor.call('GET', `/api/chatbot/conversation/${id}?after=1&wait=25`),
    ];
    await expect.poll(() => server.server.stats().waiting, { interval: 5 }).toBe(2);
    // A connection that asks nothing must not hold it up either.
    const silent = connect(server.port, '127.0.0.1');
    await once(silent, 'connect');

    const sending = visitor.call('POST', '/api/chatbot/message', { text: 'at the last moment' });
    const began = performance.now();
    await server.stop();
    expect(performance.now() - began).toBeLessThan(15_000);
    const answers = await Promise.all(polls);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    await closed;
    listener.disconnect();
    silent.destroy();
    const sent = await sending.then(
      ({ status }) => status,
      () => 'refused',
    );

    const again = await startServer(databases);
    const page = await call(`${again.url}/api/chatbot/conversation/${id}`, {
      headers: visitor.headers,
    });
    const texts = (page.json as { messages: { text: string }[] }).messages.map(({ text }) => text);
    // [SYNC-1] Acknowledged means kept, and not acknowledged by an end of the connection may be either.
    expect(texts[0]).toBe('Hello');
    if (sent === 201) expect(texts).toContain('at the last moment');
    // [RT-3] The cursor of before is of another run: how far everything is, is said anew.
    const updates = await call(`${again.url}/api/chatbot/updates?cursor=${cursor}`, {
      headers: visitor.headers,
    });
    expect(updates.json).toMatchObject({
      events: [{ event: 'ChatCurrentConversation' }, { event: 'ChatHead' }],
      reset: true,
    });
    await again.stop();
  });
});

describe('the process', () => {
  test('first start: tells where to go, keeps the password it made, and ends on SIGTERM', async () => {
    const env = { PORT: '0', HOST: '127.0.0.1', LOG_LEVEL: 'warn' };
    const started = await startProcess([], env, /Sign in/);
    const output = started.output();
    expect(output).toMatch(/Test page: http:\/\/127\.0\.0\.1:\d+\/chatbot-test\.html/);
    expect(output).toMatch(/Dashboard: http:\/\/127\.0\.0\.1:\d+\/admin"/);
    const file = join(started.folder, 'data', 'first-sign-in.txt');
    expect(output).toContain(file);
    const [email = '', password = ''] = (await readFile(file, 'utf8')).split('\n');
    expect(output).not.toContain(password);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const agent = await signIn(started.url, { email, password });
    expect((await agent.call('GET', '/admin/me')).status).toBe(200);
    expect((await call(`${started.url}/chatbot-test.html`)).status).toBe(200);

    started.process.kill('SIGTERM');
    expect(await once(started.process, 'exit')).toEqual([0, null]);
  });

  test('as the first of a container, which the kernel ends for nobody, it ends on SIGTERM while it starts', async () => {
    const database = createServer().listen(0, '127.0.0.1');
    await once(database, 'listening');
    onTestFinished(() => void database.close());
    const { port } = database.address() as AddressInfo;
    const folder = await mkdtemp(join(tmpdir(), 'parley-first-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const child = spawn(process.execPath, ['--conditions=source', MAIN], {
      cwd: folder,
      env: {
        PATH: process.env['PATH'] ?? '',
        PORT: '0',
        // It never answers.
        DATABASE_URL: `postgres://127.0.0.1:${port}/parley`,
        NODE_OPTIONS: `--import=data:text/javascript,Object.defineProperty(process,'pid',{value:1})`,
      },
      stdio: 'ignore',
    });
    await once(database, 'connection');
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([143, null]);
  });

  const isLinux = process.platform === 'linux';
  test.skipIf(!isLinux)('sets by itself what V8 and the C library set aside', async () => {
    const env = {
      PORT: '0',
      HOST: '127.0.0.1',
      LOG_LEVEL: 'warn',
      NODE_OPTIONS: '--v8-pool-size=3',
    };
    const started = await startProcess([], env, /Sign in/);
    const told = async (what: string) =>
      (await readFile(`/proc/${started.process.pid}/${what}`, 'utf8')).split('\0');
    const words = await told('cmdline');
    expect(words).toContain('--max-semi-space-size=8');
    expect(words).toContain('--conditions=source');
    // What its operator said stands.
    expect(words.filter((word) => word.startsWith('--v8-pool-size'))).toEqual([]);
    expect(await told('environ')).toContain('MALLOC_ARENA_MAX=2');
  });

  test.each([
    [
      'Windows',
      `--import=data:text/javascript,Object.defineProperty(process,'platform',{value:'win32'})`,
    ],
    [
      'may start no other process',
      '--permission --allow-fs-read=* --allow-fs-write=* --allow-worker --allow-addons',
    ],
  ])('%s: it does without these settings', async (_name, options) => {
    const folder = await mkdtemp(join(tmpdir(), 'parley-env-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const child = spawn(process.execPath, ['--conditions=source', MAIN], {
      cwd: folder,
      env: { PATH: process.env['PATH'] ?? '', NODE_OPTIONS: options, PORT: 'eighty' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const [said, exit] = await Promise.all([text(child.stderr), once(child, 'exit')]);
    expect(said).toContain('PORT must be a whole number');
    expect(exit).toEqual([1, null]);
  });

  test('what is wrong in .env stops it with one clear message', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'parley-env-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    await writeFile(join(folder, '.env'), 'PORT=eighty\nAPP_KEY=canary\n');
    const child = spawn(process.execPath, ['--conditions=source', MAIN], {
      cwd: folder,
      env: { PATH: process.env['PATH'] ?? '' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const [said, exit] = await Promise.all([text(child.stderr), once(child, 'exit')]);
    expect(exit).toEqual([1, null]);
    expect(said).toContain('- PORT must be a whole number\n  - APP_KEY must have at least 16');
    expect(said).not.toMatch(/canary|\bat \w+ \(/);
  });

  test('`realtime` serves the Pusher protocol alone, with the credentials given', async () => {
    const env = {
      REVERB_SERVER_PORT: '0',
      REVERB_SERVER_HOST: '127.0.0.1',
      REVERB_APP_ID: '1',
      REVERB_APP_KEY: 'alone',
      REVERB_APP_SECRET: 'secret',
    };
    const started = await startProcess(['realtime'], env, /Pusher-protocol server: http/);
    const up: Answer = await call(`${started.url}/up`);
    expect(up.status).toBe(200);
    started.process.kill('SIGINT');
    expect(await once(started.process, 'exit')).toEqual([0, null]);
  });
});
