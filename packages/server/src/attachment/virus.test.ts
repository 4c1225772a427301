import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Environment } from '../config/environment.ts';
import { findClamd, startClamd, startStandIn, STREAM_BYTES_MAX, VIRUS } from '../testing/clamd.ts';
import { sqliteDatabases, type TestDatabases } from '../testing/databases.ts';
import { postForm } from '../testing/forms.ts';
import { codeOfAnswer, newVisitor } from '../testing/http-client.ts';
import { webm } from '../testing/media.ts';
import { startServer } from '../testing/running-server.ts';
import { createVirusScan, type VirusScan } from './virus.disk.ts';

/** SEC-3: what people send is looked at by a scanner before anybody can fetch it. */
let folder: string;
let databases: TestDatabases;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-virus-'));
  databases = await sqliteDatabases();
});
afterAll(async () => {
  await databases.discard();
  await rm(folder, { recursive: true, force: true });
});

/** Sends a clean file, one with a virus, and a recording; gives the answers. */
async function sendAll(env: Environment) {
  const server = await startServer(databases, { env: { LIMIT_FREE_DISK_BYTES: '0', ...env } });
  const visitor = await newVisitor(server.url);
  const send = (name: string, content: string) =>
    postForm(visitor, '/api/chatbot/file', { files: [['files', name, content]] });
  const clean = await send('a.txt', 'all is well');
  const infected = await send('b.txt', `${'x'.repeat(100_000)}${VIRUS}`);
  const voice = await postForm(visitor, '/api/chatbot/voice', {
    files: [['audio', 'a.webm', Buffer.concat([webm(), Buffer.from(VIRUS)])]],
  });
  await server.stop();
  return { clean, infected, voice, log: server.log.join('') };
}

const isLinux = process.platform === 'linux';
test.skipIf(!isLinux)(
  'where no more files can be open, a scan fails, and the process goes on',
  async () => {
    const code = `
    import { openSync } from 'node:fs';
    import { lookAt } from ${JSON.stringify(new URL('virus.disk.ts', import.meta.url).href)};
    const fill = () => { for (;;) openSync('/dev/null'); };
    try { fill(); } catch (error) { console.log(error.code); }
    const scanner = { kind: 'command', program: 'true', args: [] };
    const looked = lookAt(scanner, '/dev/null', AbortSignal.timeout(20_000));
    await looked.catch((error) => console.log(error.message));
    setTimeout(() => console.log('alive'), 50);`;
    await writeFile(join(folder, 'no-files.mjs'), code);
    const line = 'ulimit -n 64; exec "$0" --conditions=source "$1"';
    const { stdout } = await promisify(execFile)('/bin/sh', [
      '-c',
      line,
      process.execPath,
      join(folder, 'no-files.mjs'),
    ]);
    expect(stdout).toBe('EMFILE\nspawn true EMFILE\nalive\n');
  },
);

test('[SEC-3] a command decides: what it finds is refused, and what it cannot look at', async () => {
  const script = join(folder, 'scan.sh');
  // As clamscan answers; the path is the last argument, after those that were configured.
  await writeFile(
    script,
    'test "$1" = --quiet || { echo "not so loud" >&2; exit 9; }\ngrep -q a-test-virus "$2" && exit 1 || exit 0\n',
  );
  const found = await sendAll({ VIRUS_SCAN_COMMAND: `sh ${script} --quiet` });
  expect(found.clean.status).toBe(201);
  for (const refused of [found.infected, found.voice]) {
    expect([refused.status, codeOfAnswer(refused)]).toEqual([422, 'file_infected']);
  }

  for (const [command, reason] of [
    [`sh ${script}`, 'ended with 9: not so loud'],
    [join(folder, 'there-is-none'), 'ENOENT'],
  ] as const) {
    const { clean, log } = await sendAll({ VIRUS_SCAN_COMMAND: command });
    expect(log).toContain(reason);
    expect([clean.status, codeOfAnswer(clean)]).toEqual([503, 'unavailable']);
    expect(log).toContain('cannot be checked for viruses');
  }
});

const program = findClamd();
if (program === null) console.warn('clamd is not there: only what stands in for it is tried');

describe.each([
  { by: 'what stands in for clamd', start: startStandIn },
  ...(program === null ? [] : [{ by: 'clamd', start: () => startClamd(program) }]),
])('$by', ({ start }) => {
  test('[SEC-3] decides, and without it no file is taken', async () => {
    const clamd = await start();
    const found = await sendAll({ CLAMD: clamd.address });
    expect(found.clean.status).toBe(201);
    for (const refused of [found.infected, found.voice]) {
      expect([refused.status, codeOfAnswer(refused)]).toEqual([422, 'file_infected']);
    }
    expect(found.log).toMatch(/"virus":"Test-0/);
    await clamd.stop();
    const { clean, log } = await sendAll({ CLAMD: clamd.address });
    expect([clean.status, codeOfAnswer(clean)]).toEqual([503, 'unavailable']);
    expect(log).toMatch(/cannot be checked for viruses.*ENOENT/);
  });

  test('[SEC-3] refuses for good what is larger than it takes', async () => {
    const path = join(folder, 'large.bin');
    await writeFile(path, Buffer.alloc(4 * STREAM_BYTES_MAX));
    const { address } = await start();
    const scan = scanBy(address);
    // It hangs up at once: what it says before is lost now and then.
    for (let time = 0; time < 4; time += 1) {
      await expect(scan([{ path, name: 'large.bin' }])).rejects.toMatchObject({
        code: 'payload_too_large',
        details: { file: 'large.bin' },
      });
    }
  });

  test('[SEC-3] may hang: whoever waits is told so within one time, and it goes on after', async () => {
    const path = join(folder, 'clean.txt');
    await writeFile(path, 'all is well');
    const files = [{ path, name: 'clean.txt' }];
    const clamd = await start();
    clamd.hang();
    const scan = scanBy(clamd.address, 500);
    const all = await Promise.allSettled(Array.from({ length: 9 }, () => scan(files)));
    for (const one of all) {
      expect(one).toMatchObject({
        status: 'rejected',
        reason: { code: 'unavailable', retryAfter_s: 10 },
      });
    }
    clamd.goOn();
    await scanBy(clamd.address)([...files, ...files]);
  });
});

function scanBy(path: string, within_ms?: number): VirusScan {
  const logger = { warn: () => undefined };
  return createVirusScan({ kind: 'clamd', address: { path } }, logger, within_ms);
}
