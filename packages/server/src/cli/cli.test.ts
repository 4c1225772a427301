import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat, truncate } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, inject, onTestFinished, test, vi } from 'vitest';
import { s3Place } from '../testing/file-places.ts';
import { postForm } from '../testing/forms.ts';
import { newVisitor, signIn } from '../testing/http-client.ts';
import { type EndedProcess, runProcess, startProcess } from '../testing/process.ts';
import { bashCompletion } from './completion.ts';
import { clockFinding, diskFinding } from '../system/finding.ts';
import { helpOf, helpOfAll, parseCommandLine } from './command.ts';
import { COMMANDS } from './commands.ts';

const ENV = { PORT: '0', HOST: '127.0.0.1', LOG_LEVEL: 'warn', LIMIT_FREE_DISK_BYTES: '0' };

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-cli-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const asked = (line: string) => parseCommandLine(line.split(' ').filter(Boolean), COMMANDS, '1');
const run = (line: string, cwd: string, env = {}): Promise<EndedProcess> =>
  runProcess(line.split(' '), { cwd, env });

describe('what is typed', () => {
  test.each([
    ['', 'start'],
    ['--port 80', 'start'],
    ['agent add --email a@b.example', 'agent add'],
    ['backup /tmp/x', 'backup'],
  ])('"%s" is the command %s', (line, name) => {
    expect(asked(line)).toMatchObject({ kind: 'run', command: { name } });
  });

  test.each([
    ['strat', 'no command "strat"'],
    ['agent', '"agent" is not all: there is "parley agent add"'],
    ['agent ad', 'no command "agent ad", but "parley agent add"'],
    ['start --prot 1', "start: Unknown option '--prot'."],
    ['start --port', "'--port <value>' argument missing"],
    ['start more', '"more" was not expected'],
    ['backup', 'FOLDER is missing'],
    ['backup a b', '"b" was not expected'],
    ['--prot 1', "Unknown option '--prot'"],
  ])('"%s" is refused and told why', (line, why) => {
    expect(() => asked(line)).toThrow(why);
  });

  test('each command has help that names all its options', () => {
    const all = helpOfAll(COMMANDS);
    for (const command of COMMANDS) {
      expect(all).toContain(`parley ${command.name} `);
      const help = asked(`${command.name} --help`);
      expect(help).toEqual({ kind: 'help', command });
      expect(asked(`help ${command.name}`)).toEqual(help);
      for (const option of Object.keys(command.options))
        expect(helpOf(command)).toContain(`  --${option} `);
      expect(
        Math.max(
          ...helpOf(command)
            .split('\n')
            .map(({ length }) => length),
        ),
      ).toBeLessThan(120);
    }
  });

  test('docs/commands.md has each of them', async () => {
    const page = await readFile(new URL('../../../../docs/commands.md', import.meta.url), 'utf8');
    const told = [...page.matchAll(/^\| `([a-z ]+?)(?: [A-Z]+)?` \|/gm)].map(([, name]) => name);
    expect(told).toEqual(COMMANDS.map(({ name }) => name));
  });

  test.skipIf(!existsSync('/bin/bash')).each([
    [['parley', ''], 'start realtime migrate agent site seed import backup'],
    [['parley', 'agent', ''], 'add'],
    [['parley', 'agent', 'add', '--e'], '--email'],
    [['parley', 'migrate', '--'], '--check --help'],
    [['parley', 'seed', '--force', '--m'], '--messages'],
  ])('bash completes %j', async (words, expected) => {
    const quoted = words.map((word) => `'${word}'`).join(' ');
    const script = `${bashCompletion(COMMANDS)}
COMP_WORDS=(${quoted}); COMP_CWORD=${words.length - 1}; _parley; echo "\${COMPREPLY[*]}"`;
    const { stdout } = await promisify(execFile)('/bin/bash', ['-c', script]);
    expect(stdout.trim()).toMatch(new RegExp(`^${expected}`));
  });
});

/** As typed, in this process: for what is refused before anything is begun. */
async function runHere(line: string, dataDir: string): Promise<void> {
  vi.stubEnv('DATA_DIR', dataDir);
  const command = asked(line);
  if (command.kind !== 'run') throw new Error('It is not understood');
  await (
    await command.command.load()
  )(command.given);
}

/** Several processes one after another, on a machine that does much else. */
const LONG = 120_000;

describe('the process', () => {
  test('a mistake ends with 2 and one clear line; help with 0', { timeout: LONG }, async () => {
    const folder = await newFolder();
    const [mistake, help] = await Promise.all([
      run('start --prot 1', folder),
      run('--help', folder),
    ]);
    expect(mistake).toMatchObject({ code: 2, out: '' });
    expect(mistake.err).toMatch(/Unknown option '--prot'\.\n"parley --help"/);
    expect(help).toMatchObject({ code: 0, err: '', out: helpOfAll(COMMANDS) });
    expect(await readdir(folder)).toEqual([]);
  });

  test(
    'from an empty folder to an agent who signs in to a second site',
    { timeout: LONG },
    async () => {
      const folder = await newFolder();
      expect((await run('migrate --check', folder)).err).toContain('0001-first');
      expect((await run('migrate', folder)).out).toMatch(/^Done:\n {2}0001-first\n/);
      // All of it beside the server that runs.
      const env = { ...ENV, DATA_DIR: join(folder, 'data') };
      const started = await startProcess(['start', '--port', '0'], env, /Sign in/);
      const agent = 'agent add --email ada@shop.example --role admin --password-stdin';
      const input = 'correct horse battery\n';
      const ada = await runProcess(agent.split(' '), { cwd: folder, input });
      expect(ada).toMatchObject({
        code: 0,
        out: 'ada@shop.example is admin of the site "My site".\n',
      });
      const site = await run(
        'site add --name Second --owner ada@shop.example --origins https://shop.example',
        folder,
        { APP_URL: 'https://chat.example.com' },
      );
      expect(site.out).toMatch(
        /src="https:\/\/chat\.example\.com\/chatbot-widget\.js" data-token="[\w-]{20,}"/,
      );
      const password = input.trim();
      const signedIn = await signIn(started.url, { email: 'ada@shop.example', password });
      const me = await signedIn.call('GET', '/admin/me');
      expect(me.json).toMatchObject({
        sites: [
          { name: 'My site', role: 'admin' },
          { name: 'Second', role: 'owner', allowed_origins: ['https://shop.example'] },
        ],
      });
    },
  );

  test.each([
    ['agent add', '--email is missing'],
    ['agent add --email nobody', 'email must be an email address'],
    ['agent add --email a@b.example --role boss', 'role must be one of owner, admin, agent'],
    ['site add --name X', '--owner is missing'],
    ['site add --name X --owner a@b.example --origins shop.example', '--origins must be origins'],
    ['seed --messages 0', '--messages must be a whole number from 1'],
    ['completion tcsh', 'SHELL must be bash or zsh'],
    ['backup copy', 'There is no database here'],
    ['agent add --email a@b.example', 'There is no database here'],
    ['site add --name X --owner a@b.example', 'There is no database here'],
    ['restore copy', 'is no whole backup'],
  ])('"%s" changes nothing', async (line, why) => {
    const folder = await newFolder();
    await expect(runHere(line.replace('copy', join(folder, 'copy')), folder)).rejects.toThrow(why);
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('backup and restore', () => {
  test(
    'of a server that runs, files and APP_KEY included; what is there is kept aside',
    { timeout: LONG },
    async () => {
      const folder = await newFolder();
      const PARLEY_SITE_TOKEN = 'token-of-the-restored-site';
      const env = { ...ENV, DATA_DIR: join(folder, 'data'), PARLEY_SITE_TOKEN };
      const first = await startProcess(
        ['start'],
        { ...env, APP_KEY: 'the first APP_KEY' },
        /Sign in/,
      );
      const visitor = await newVisitor(first.url, PARLEY_SITE_TOKEN);
      const sent = await postForm(visitor, '/api/chatbot/file', {
        fields: { text: 'kept for ever' },
        files: [['files', 'note.txt', 'the content']],
      });
      expect(sent.status).toBe(201);
      const { message } = sent.json as { message: { attachments: { url: string }[] } };
      const { pathname, search } = new URL(message.attachments[0]?.url ?? '', first.url);

      const copy = join(folder, 'copy');
      const made = await run(`backup ${copy}`, folder, { ...env, APP_KEY: 'the first APP_KEY' });
      expect(made).toMatchObject({ code: 0, out: `${copy}: the database and 1 files.\n` });
      expect((await stat(copy)).mode & 0o777).toBe(0o700);
      await expect(runHere(`backup ${copy}`, env.DATA_DIR)).rejects.toThrow('is there already');
      await expect(runHere(`restore ${copy} --force`, env.DATA_DIR)).rejects.toThrow(
        'stop it first',
      );

      // On another machine, which never heard of APP_KEY: an address that was signed with it still opens.
      const other = { ...env, DATA_DIR: join(folder, 'other') };
      expect(await run(`restore ${copy}`, folder, other)).toMatchObject({ code: 0 });
      const second = await startProcess(['start'], other, /Sign in/);
      const file = await fetch(`${second.url}${pathname}${search}`);
      expect([file.status, await file.text()]).toEqual([200, 'the content']);
      second.process.kill('SIGTERM');
      await once(second.process, 'exit');

      await expect(runHere(`restore ${copy}`, other.DATA_DIR)).rejects.toThrow('is in use already');
      const forced = await run(`restore ${copy} --force`, folder, other);
      const [, aside = ''] = /What was there is in (.+)\.\n/.exec(forced.out) ?? [];
      expect(new Set(await readdir(aside))).toEqual(new Set(['files', 'parley.sqlite']));
      expect(await readdir(other.DATA_DIR)).not.toContain('restoring');
    },
  );

  test(
    'what is no whole backup is refused, and nothing is touched',
    { timeout: LONG },
    async () => {
      const folder = await newFolder();
      await run('migrate', folder);
      const data = join(folder, 'data');
      const copy = join(folder, 'copy');
      expect(await run(`backup ${copy}`, folder)).toMatchObject({ code: 0 });
      const before = await readFile(join(data, 'parley.sqlite'));
      const refused = async (why: string): Promise<void> => {
        await expect(runHere(`restore ${copy} --force`, data)).rejects.toThrow(why);
        expect(await readdir(data)).toEqual(['parley.sqlite']);
        expect((await readFile(join(data, 'parley.sqlite'))).equals(before)).toBe(true);
      };
      await truncate(join(copy, 'parley.sqlite'), 8_192);
      await refused("The backup's database is damaged");
      await truncate(join(copy, 'backup.json'), 10);
      await refused('is not what "parley backup" wrote');
      await rm(join(copy, 'backup.json'));
      await refused('is no whole backup');
    },
  );
});

describe('the doctor', () => {
  test(
    'beside a server: asks at its address, over a WebSocket too, and finds all well',
    { timeout: LONG },
    async () => {
      const redisUrl = inject('redisUrl');
      const started = await startProcess(['start'], ENV, /Sign in/);
      const bucket = await s3Place();
      onTestFinished(() => bucket.discard());
      const env = {
        APP_URL: started.url,
        ...bucket.env,
        ...(redisUrl !== null && { REDIS_URL: redisUrl }),
        LIMIT_FREE_DISK_BYTES: '0',
      };
      const { out, code } = await run('doctor', started.folder, env);
      expect(out).toContain('database: SQLite');
      expect(out).toMatch(/address: http:\/\/127\.0\.0\.1:\d+ answers/);
      expect(out).toMatch(/websocket: ws:\/\/127\.0\.0\.1:\d+ passes WebSockets on/);
      expect(out).toContain(redisUrl === null ? 'redis: not used' : 'redis: answers');
      expect(out).toMatch(/files: bucket parley-tests \(http:.+\): written, read and removed/);
      expect(await bucket.kept(started.folder)).toEqual([]);
      expect([code, out.match(/WRONG.*/g)]).toEqual([0, null]);
    },
  );

  test('says what is wrong, and what to do', { timeout: LONG }, async () => {
    const folder = await newFolder();
    // Takes connections, and answers to none of them as it should.
    const dull = createServer((socket) => socket.end('no\r\n')).listen(0, '127.0.0.1');
    await once(dull, 'listening');
    onTestFinished(() => void dull.close());
    const address = dull.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const { out, code } = await run('doctor', folder, {
      DATA_DIR: import.meta.filename,
      DATABASE_URL: `postgres://127.0.0.1:1/none`,
      REDIS_URL: 'redis://127.0.0.1:1',
      APP_URL: `https://127.0.0.1:${port}`,
      MAIL_HOST: '127.0.0.1',
      MAIL_PORT: String(port),
      MAIL_FROM_ADDRESS: 'chat@example.com',
      S3_BUCKET: 'files',
      S3_ENDPOINT: 'http://127.0.0.1:1',
      S3_ACCESS_KEY_ID: 'id',
      S3_SECRET_ACCESS_KEY: 'a secret that is told to nobody',
      CLAMD: '127.0.0.1:1',
    });
    expect(code).toBe(1);
    expect(out).not.toContain('told to nobody');
    const found = [...out.matchAll(/^(WRONG|warning) +(\w+):.*\n +→ .+/gm)].map(
      ([, , what]) => what,
    );
    expect(found.filter((what) => what !== 'disk')).toEqual([
      'proxy',
      'database',
      'redis',
      'address',
      'mail',
      'files',
      'virus',
      'configuration',
    ]);
    expect(await readdir(folder)).toEqual([]);
  });

  test('a clock that is off, and a disk that is full', () => {
    const redis = (off_ms: number) => new Map([['Redis', 1_000_000 + off_ms]]);
    expect(clockFinding(1_000_000, redis(1_500), null).state).toBe('ok');
    expect(clockFinding(1_000_000, redis(-2_500), null).state).toBe('warning');
    expect(clockFinding(1_000_000, redis(40_000), null).state).toBe('wrong');
    expect(clockFinding(1_000_000, new Map(), 1_003_000).state).toBe('wrong');
    expect(diskFinding(5e9, 1e9, '/data').state).toBe('ok');
    expect(diskFinding(1.5e9, 1e9, '/data').state).toBe('warning');
    expect(diskFinding(9e8, 1e9, '/data').state).toBe('wrong');
  });
});
