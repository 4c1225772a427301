import sharp from 'sharp';
import { expect, onTestFinished, test } from 'vitest';
import { sqliteDatabases } from '../testing/databases.ts';
import { postForm } from '../testing/forms.ts';
import { codeOfAnswer, newVisitor, signIn } from '../testing/http-client.ts';
import { OWNER, startServer } from '../testing/running-server.ts';

test('[SPEC-9] a few bytes that are many pixels count as what they cost; agents go on', async () => {
  const databases = await sqliteDatabases();
  const env = { RATE_LIMITS: 'on', LIMIT_UPLOAD_BYTES_PER_HOUR: '200000' };
  const server = await startServer(databases, { env: { LIMIT_FREE_DISK_BYTES: '0', ...env } });
  onTestFinished(async () => {
    await server.stop();
    await databases.discard();
  });
  const blank = { width: 1_000, height: 1_000, channels: 3, background: '#123456' } as const;
  const bytes = await sharp({ create: blank }).webp({ lossless: true }).toBuffer();
  // Not even announced, it would be too much.
  expect(bytes.length).toBeLessThan(20_000);

  const visitor = await newVisitor(server.url);
  const form = { files: [['files', 'a.webp', bytes]] } as const;
  const send = () => postForm(visitor, '/api/chatbot/file', form);
  const first = await send();
  expect(first.status).toBe(201);
  const second = await send();
  expect([second.status, codeOfAnswer(second)]).toEqual([429, 'rate_limited']);
  expect(Number(second.headers['retry-after'])).toBeGreaterThan(60);
  // Two in one form: the second is refused before it is drawn, and nothing is kept of the first.
  const other = await newVisitor(server.url);
  const two = { files: [form.files[0], ['files', 'b.webp', bytes]] } as const;
  expect((await postForm(other, '/api/chatbot/file', two)).status).toBe(429);

  const agent = await signIn(server.url, OWNER);
  const { conversation_id } = (first.json as { message: { conversation_id: number } }).message;
  for (let n = 0; n < 2; n += 1) {
    const reply = await postForm(agent, `/admin/chatbot/${conversation_id}/reply`, form);
    expect(reply.status).toBe(201);
  }
});
