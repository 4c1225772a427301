import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Environment } from '../config/environment.ts';
import { sqliteDatabases, type TestDatabases } from '../testing/databases.ts';
import { postForm } from '../testing/forms.ts';
import { codeOfAnswer, newVisitor } from '../testing/http-client.ts';
import { webm } from '../testing/media.ts';
import { startServer } from '../testing/running-server.ts';

/** SEC-3: what people send is looked at by a scanner before anybody can fetch it. */
const VIRUS = 'X5O!-a-test-virus';
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

test('[SEC-3] a command decides: what it finds is refused, and what it cannot look at', async () => {
  const script = join(folder, 'scan.sh');
  // As clamscan answers; the path is the last argument, after those that were configured.
  await writeFile(
    script,
    'test "$1" = --quiet || exit 9\ngrep -q a-test-virus "$2" && exit 1 || exit 0\n',
  );
  const found = await sendAll({ VIRUS_SCAN_COMMAND: `sh ${script} --quiet` });
  expect(found.clean.status).toBe(201);
  for (const refused of [found.infected, found.voice]) {
    expect([refused.status, codeOfAnswer(refused)]).toEqual([422, 'file_infected']);
  }

  for (const command of [`sh ${script}`, join(folder, 'there-is-none')]) {
    const { clean, log } = await sendAll({ VIRUS_SCAN_COMMAND: command });
    expect([clean.status, codeOfAnswer(clean)]).toEqual([503, 'unavailable']);
    expect(log).toContain('could not be looked at');
  }
});

test('[SEC-3] clamd decides, asked by its own protocol', async () => {
  const clamd = await startClamd();
  const { port } = clamd.address() as AddressInfo;
  const found = await sendAll({ CLAMD: `127.0.0.1:${port}` });
  expect(found.clean.status).toBe(201);
  for (const refused of [found.infected, found.voice]) {
    expect([refused.status, codeOfAnswer(refused)]).toEqual([422, 'file_infected']);
  }
  await new Promise((resolve) => clamd.close(resolve));
  const { clean } = await sendAll({ CLAMD: `127.0.0.1:${port}` });
  expect([clean.status, codeOfAnswer(clean)]).toEqual([503, 'unavailable']);
});

/** Reads INSTREAM as clamd's manual page describes it, strictly. */
function startClamd(): Promise<Server> {
  const command = 'zINSTREAM\0';
  const server = createServer((socket) => {
    let bytes = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      const content = contentOf(bytes.subarray(command.length));
      if (bytes.toString('latin1', 0, command.length) !== command) socket.end('UNKNOWN COMMAND\0');
      else if (content?.includes(VIRUS) === true) socket.end('stream: Test-Virus FOUND\0');
      else if (content !== null) socket.end('stream: OK\0');
    });
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve(server);
    });
  });
}

/** Null while the empty piece that ends it has not come. */
function contentOf(pieces: Buffer): Buffer | null {
  const found: Buffer[] = [];
  for (let at = 0; at + 4 <= pieces.length;) {
    const length = pieces.readUInt32BE(at);
    if (length === 0) return Buffer.concat(found);
    found.push(pieces.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return null;
}
