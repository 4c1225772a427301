import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Message, MessageAnswer } from '@parley/protocol';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { z } from 'zod/mini';
import { sqliteDatabases, type TestDatabases } from '../testing/databases.ts';
import { filesUnder, type S3Place, s3Place } from '../testing/file-places.ts';
import { postForm, type TestForm } from '../testing/forms.ts';
import { type Answer, codeOfAnswer, newVisitor, type TestVisitor } from '../testing/http-client.ts';
import { type RunningServer, startServer } from '../testing/running-server.ts';

/** A machine that does much else is slow, and not wrong. */
const PATIENT = { timeout: 20_000 };

describe('a bucket that cannot be reached', () => {
  let databases: TestDatabases;
  let place: S3Place;
  let server: RunningServer;
  let visitor: TestVisitor;

  beforeAll(async () => {
    databases = await sqliteDatabases();
    place = await s3Place();
    server = await startServer(databases, { env: { ...place.env, LIMIT_FREE_DISK_BYTES: '0' } });
    visitor = await newVisitor(server.url);
  });
  afterAll(async () => {
    await server.stop();
    await databases.discard();
    await place.discard();
  });

  const formOf = (content: Uint8Array | string): TestForm => ({
    files: [['files', 'plans.bin', content]],
    fields: { text: 'The plans', client_message_id: randomUUID() },
  });
  const send = (form: TestForm): Promise<Answer> => postForm(visitor, '/api/chatbot/file', form);
  const messageOf = (answer: Answer): Message => z.parse(MessageAnswer, answer.json).message;

  test('[SPEC-9] 503 with a time to come again, text goes on, and the repeat is one message', async () => {
    const content = randomBytes(70_000);
    const before = messageOf(await send(formOf(content)));
    const url = server.url + (before.attachments[0]?.url ?? '');
    const kept = await place.kept(server.dataDir);
    await place.goAway();
    const form = formOf(content);
    const refused = await send(form);
    expect([refused.status, codeOfAnswer(refused)]).toEqual([503, 'unavailable']);
    expect(refused.headers['retry-after']).toBe('5');
    const unread = await fetch(url);
    expect([unread.status, unread.headers.get('retry-after')]).toEqual([503, '5']);
    // What it says to people, it says without what it knows of the bucket.
    expect(await unread.text()).not.toMatch(/ECONNREFUSED|127\.0\.0\.1/);
    await visitor.say('Text needs no bucket');
    const gone = await visitor.call('DELETE', `/api/chatbot/message/${before.id}`);
    expect(gone.status).toBe(200);
    expect(await filesUnder(`${server.dataDir}/incoming`)).toEqual([]);

    await place.comeBack();
    expect((await send(form)).status).toBe(201);
    const repeat = await send(form);
    expect(repeat.status).toBe(200);
    const [attachment] = messageOf(repeat).attachments;
    const bytes = await (await fetch(server.url + (attachment?.url ?? ''))).arrayBuffer();
    expect(Buffer.from(bytes).equals(content)).toBe(true);
    // The file of the message that was deleted meanwhile is not forgotten.
    await vi.waitFor(async () => {
      const now = await place.kept(server.dataDir);
      expect(now.filter((key) => kept.includes(key))).toEqual([]);
      expect(now).toHaveLength(1);
    }, PATIENT);
  });

  test('[SPEC-9] an object that is not there is 404, and a bucket that is not there 503', async () => {
    const [attachment] = messageOf(await send(formOf('gone soon'))).attachments;
    for (const key of await place.kept(server.dataDir)) await place.lose(key);
    expect((await fetch(server.url + (attachment?.url ?? ''))).status).toBe(404);

    const elsewhere = await startServer(databases, {
      env: { ...place.env, S3_BUCKET: 'nobodys-bucket', LIMIT_FREE_DISK_BYTES: '0' },
    });
    onTestFinished(() => elsewhere.stop());
    const other = await newVisitor(elsewhere.url);
    const answer = await postForm(other, '/api/chatbot/file', formOf('x'));
    expect([answer.status, codeOfAnswer(answer)]).toEqual([503, 'unavailable']);
    expect(await filesUnder(`${elsewhere.dataDir}/incoming`)).toEqual([]);
  });

  test('[SPEC-9] a connection that is cut while a file goes over it is begun again', async () => {
    let cuts = 0;
    const cutting = createServer((incoming, outgoing) => {
      if (incoming.method === 'PUT' && cuts < 2) {
        cuts += 1;
        incoming.once('data', () => incoming.destroy());
        return;
      }
      const { method, headers, url: path } = incoming;
      const passed = request({ port: place.port, method, headers, path }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      });
      incoming.pipe(passed);
    }).listen(0, '127.0.0.1');
    await once(cutting, 'listening');
    onTestFinished(() => {
      cutting.close();
      cutting.closeAllConnections();
    });
    const { port } = cutting.address() as AddressInfo;
    const through = await startServer(databases, {
      env: {
        ...place.env,
        S3_ENDPOINT: `http://127.0.0.1:${port}`,
        LIMIT_FREE_DISK_BYTES: '0',
      },
    });
    onTestFinished(() => through.stop());
    const content = randomBytes(900_000);
    const other = await newVisitor(through.url);
    const answer = await postForm(other, '/api/chatbot/file', formOf(content));
    expect([answer.status, cuts]).toEqual([201, 2]);
    const [attachment] = messageOf(answer).attachments;
    const bytes = await (await fetch(through.url + (attachment?.url ?? ''))).arrayBuffer();
    expect(Buffer.from(bytes).equals(content)).toBe(true);
  });
});
