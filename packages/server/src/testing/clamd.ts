import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished } from 'vitest';

/** What a scanner of these tests takes for a virus: no other one does. */
export const VIRUS = 'X5O!-a-test-virus';
export const STREAM_BYTES_MAX = 1024 * 1024;

export interface Clamd {
  /** The path of its socket. */
  readonly address: string;
  /** Takes connections and says nothing. */
  hang(): void;
  goOn(): void;
  stop(): Promise<void>;
}

/** Debian's `clamav-daemon`, which is too large to be fetched for a test. */
export function findClamd(): string | null {
  return ['/usr/sbin/clamd', '/usr/local/sbin/clamd'].find(existsSync) ?? null;
}

/** The real one, with signatures of our own: those of its makers are some hundred megabytes. */
export async function startClamd(
  program: string,
  viruses: readonly string[] = [VIRUS],
): Promise<Clamd> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-clamd-'));
  const address = join(folder, 'socket');
  await mkdir(join(folder, 'signatures'));
  await writeFile(
    join(folder, 'signatures', 'test.ndb'),
    viruses.map((one, at) => `Test-${at}:0:*:${Buffer.from(one).toString('hex')}\n`).join(''),
  );
  const file = join(folder, 'clamd.conf');
  await writeFile(
    file,
    `LocalSocket ${address}
DatabaseDirectory ${folder}/signatures
TemporaryDirectory ${folder}
StreamMaxLength ${STREAM_BYTES_MAX}
Foreground yes
`,
  );
  const child = spawn(program, ['--config-file', file], { stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const exited = once(child, 'exit');
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exited;
    await rm(folder, { recursive: true, force: true });
  };
  onTestFinished(stop);
  await expect
    .poll(() => (child.exitCode === null ? ping(address) : errors), { timeout: 30_000 })
    .toBe('PONG\0');
  return {
    address,
    hang: () => void child.kill('SIGSTOP'),
    goOn: () => void child.kill('SIGCONT'),
    stop,
  };
}

async function ping(address: string): Promise<string> {
  const socket = connect(address);
  socket.write('zPING\0', () => undefined);
  return text(socket).catch(String);
}

/** Where there is none: reads INSTREAM as clamd's manual page describes it, strictly. */
export async function startStandIn(): Promise<Clamd> {
  const command = 'zINSTREAM\0';
  const folder = await mkdtemp(join(tmpdir(), 'parley-clamd-'));
  const address = join(folder, 'socket');
  let hangs = false;
  let isHeard = false;
  const server = createServer((socket) => {
    let bytes = Buffer.alloc(0);
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      const content = contentOf(bytes.subarray(command.length));
      if (hangs) return;
      if (bytes.toString('latin1', 0, command.length) !== command) socket.end('UNKNOWN COMMAND\0');
      else if (bytes.length > STREAM_BYTES_MAX) {
        // What the real one says is lost where its end overtakes it.
        if (isHeard) socket.end('INSTREAM size limit exceeded. ERROR\0');
        else socket.destroy();
        isHeard = !isHeard;
      } else if (content?.includes(VIRUS) === true) socket.end('stream: Test-0 FOUND\0');
      else if (content !== null) socket.end('stream: OK\0');
    });
  });
  server.listen(address);
  await once(server, 'listening');
  const stop = async (): Promise<void> => {
    if (server.listening) await new Promise((resolve) => server.close(resolve));
    await rm(folder, { recursive: true, force: true });
  };
  onTestFinished(stop);
  return {
    address,
    hang: () => {
      hangs = true;
    },
    goOn: () => {
      hangs = false;
    },
    stop,
  };
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
