import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { InboxAnswer, MessagesAnswer } from '@parley/protocol';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod/mini';
import { sqliteDatabases, type TestDatabases } from './testing/databases.ts';
import { signIn, type TestAgent } from './testing/http-client.ts';
import { OWNER, type RunningServer, SITE_TOKEN, startServer } from './testing/running-server.ts';

/** Each language by the mark of its block: what runs it, and what its file is called. */
const LANGUAGES = [
  { name: 'curl', mark: 'sh', program: 'sh', needs: 'curl', file: 'example.sh' },
  { name: 'PHP', mark: 'php', program: 'php', needs: 'php', file: 'example.php' },
  { name: 'Python', mark: 'python', program: 'python3', needs: 'python3', file: 'example.py' },
  {
    name: 'TypeScript',
    mark: 'ts',
    program: process.execPath,
    needs: process.execPath,
    file: 'example.mts',
  },
] as const;

/** A process that may have to wait for a core. */
const RUN_MS = 60_000;

const PAGE = await readFile(new URL('../../../docs/api-examples.md', import.meta.url), 'utf8');

function block(mark: string): string {
  const [, code] = new RegExp(`^\`\`\`${mark}\n(.*?)^\`\`\`$`, 'ms').exec(PAGE) ?? [];
  if (code === undefined) throw new Error(`docs/api-examples.md has no ${mark}`);
  return code;
}

describe('docs/api-examples.md', () => {
  let databases: TestDatabases;
  let server: RunningServer;
  let agent: TestAgent;

  beforeAll(async () => {
    databases = await sqliteDatabases();
    server = await startServer(databases);
    agent = await signIn(server.url, OWNER);
  });
  afterAll(async () => {
    await server.stop();
    await databases.discard();
  });

  for (const { name, mark, program, needs, file } of LANGUAGES) {
    const isThere = spawnSync(needs, ['--version']).status === 0;
    if (!isThere) console.warn(`${needs} is not there: the example in ${name} is not run`);

    test.skipIf(!isThere)(
      `[SYNC-2] ${name}: sent twice and there once, answered, and read`,
      { timeout: RUN_MS + 10_000 },
      async () => {
        const folder = await mkdtemp(join(tmpdir(), 'parley-example-'));
        onTestFinished(() => rm(folder, { recursive: true, force: true }));
        const path = join(folder, file);
        await writeFile(path, block(mark));
        const { stdout } = await promisify(execFile)(program, [path], {
          timeout: RUN_MS,
          cwd: folder,
          env: {
            PATH: process.env['PATH'],
            BASE: server.url,
            SITE_TOKEN,
            EMAIL: OWNER.email,
            PASSWORD: OWNER.password,
          },
        });
        expect(stdout).toBe(`Welcome, ${name}\n`);
        const inbox = z.parse(InboxAnswer, (await agent.call('GET', '/admin/chatbot')).json);
        const mine = inbox.conversations.find(({ last_message }) =>
          last_message?.preview.includes(`Welcome, ${name}`),
        );
        const { json } = await agent.call('GET', `/admin/chatbot/${mine?.id}/messages`);
        const texts = z.parse(MessagesAnswer, json).messages.map(({ text }) => text);
        expect(texts).toEqual([`Hello from ${name}`, `Welcome, ${name}`]);
      },
    );
  }
});
