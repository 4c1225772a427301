import { connect } from 'node:net';
import { ErrorBody } from '@parley/protocol';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod/mini';
import type { MakeDatabases, TestDatabases } from '../testing/databases.ts';
import {
  type Answer,
  call,
  type Caller,
  codeOfAnswer,
  newVisitor,
  signIn,
  type TestVisitor,
} from '../testing/http-client.ts';
import { OWNER, type RunningServer, startServer } from '../testing/running-server.ts';

/**
 * SPEC §9: whatever comes in is a 4xx, or kept as it is; never a 500, never half-written. What can be
 * made from the API's document, for every route, is in `hostile.test.ts`.
 */
export function badInputContract(make: MakeDatabases): void {
  let databases: TestDatabases;
  let server: RunningServer;
  let visitor: TestVisitor;
  let agent: Caller;
  let id: number;

  beforeAll(async () => {
    databases = await make();
    server = await startServer(databases);
    visitor = await newVisitor(server.url);
    agent = await signIn(server.url, OWNER);
    ({ conversation_id: id } = await visitor.say('Hello'));
  });
  afterAll(async () => {
    await server.stop();
    await databases.discard();
  });

  test('ids in paths that are none', async () => {
    for (const odd of [
      '0',
      '-1',
      '1.0',
      '1e2',
      '0x1',
      '9007199254740993',
      '99999999999999999999',
      '%00',
      '%ED%A0%80',
      'abc',
      '1%20',
      '%2e%2e',
      '..%2f..',
    ]) {
      const answers = await Promise.all([
        visitor.call('GET', `/api/chatbot/conversation/${odd}`),
        visitor.call('DELETE', `/api/chatbot/message/${odd}`),
        agent.call('GET', `/admin/chatbot/${odd}`),
        agent.call('PATCH', `/admin/chatbot/${id}/messages/${odd}`, { text: 'x' }),
        visitor.call('GET', `/api/users/${odd}/chats`),
      ]);
      for (const answer of answers) expectNoDefect(answer, odd);
      expect(answers.slice(0, 4).every(({ status }) => status >= 400)).toBe(true);
    }
  });

  test('any JSON at all', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json({ maxDepth: 3 }), async (json) => {
        for (const path of ['/api/chatbot/message', '/broadcasting/auth']) {
          const answer = await call(server.url + path, {
            method: 'POST',
            headers: { ...visitor.headers, 'content-type': 'application/json' },
            body: json,
          });
          expectNoDefect(answer, json);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('any text that is well-formed comes back as it went in', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'binary', minLength: 1, maxLength: 200 }),
        async (text) => {
          const answer = await visitor.call('POST', '/api/chatbot/message', { text });
          const isKept = !text.includes('\u0000') && text.isWellFormed() && text.trim() !== '';
          expect(answer.status, JSON.stringify(text)).toBe(isKept ? 201 : 422);
          if (!isKept) return;
          const { json } = await visitor.call('GET', `/api/chatbot/conversation/${id}?limit=1`);
          expect(json).toMatchObject({ messages: [{ text }] });
        },
      ),
      { numRuns: 60 },
    );
  });

  test('bodies that are no JSON in UTF-8: 400', async () => {
    const bodies = [
      '{',
      '{"text":"x"',
      'null,',
      "{'text':1}",
      Buffer.from([0x22, 0xff, 0x22]),
      '{"__proto__":{"x":1}}',
    ];
    for (const body of bodies) {
      const answer = await raw(body, 'application/json');
      expect([answer.status, codeOfAnswer(answer)], String(body)).toEqual([400, 'malformed_json']);
    }
    // As every JSON parser reads it: the last counts.
    const twice = await raw('{"text":"one","text":"two"}', 'application/json');
    expect(twice.json).toMatchObject({ message: { text: 'two' } });
  });

  test('[SEC-4] other content types, and tricks with them: 415', async () => {
    const types = [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'text/json',
      'application/jsonp',
      'application/json/x',
      ' ',
      'application/xml',
    ];
    for (const type of types) {
      const answer = await raw('{"text":"x"}', type);
      expect([answer.status, codeOfAnswer(answer)], type).toEqual([415, 'unsupported_media_type']);
    }
    for (const type of [
      'application/json',
      'application/json; charset=utf-8',
      'APPLICATION/JSON',
    ]) {
      expect((await raw('{"text":"x"}', type)).status, type).toBe(201);
    }
  });

  test('65 KiB are too many, and nothing is written', async () => {
    const before = await visitor.call('GET', `/api/chatbot/conversation/${id}?limit=1`);
    const answer = await raw(
      JSON.stringify({ text: 'x', padding: 'x'.repeat(65 * 1024) }),
      'application/json',
    );
    expect([answer.status, codeOfAnswer(answer)]).toEqual([413, 'payload_too_large']);
    const long = await visitor.call('POST', '/api/chatbot/message', { text: 'x'.repeat(10_001) });
    expect([long.status, codeOfAnswer(long)]).toEqual([422, 'invalid_request']);
    expect(long.json).toMatchObject({ error: { details: [{ path: 'text' }] } });
    const after = await visitor.call('GET', `/api/chatbot/conversation/${id}?limit=1`);
    expect(after.json).toEqual(before.json);
    const most = await visitor.call('POST', '/api/chatbot/message', { text: '語'.repeat(10_000) });
    expect(most.status).toBe(201);
  });

  test('unknown addresses and methods, in the same form', async () => {
    const unknown = await call(`${server.url}/api/nothing`);
    expect([unknown.status, codeOfAnswer(unknown)]).toEqual([404, 'not_found']);
    const wrong = await visitor.call('PUT', '/api/chatbot/message', { text: 'x' });
    expect([wrong.status, wrong.headers.allow]).toEqual([405, 'POST']);
    for (const path of [
      '/%',
      '/%zz',
      '/api/chatbot/conversation/%',
      `/${'x'.repeat(5_000)}`,
      '//',
      '/admin/..%2f..%2fetc/passwd',
      '/widget/..%2fserver',
      '/widget/%2e%2e/%2e%2e/package.json',
    ]) {
      const answer = await call(server.url + path);
      expect(answer.status, path).toBeGreaterThanOrEqual(400);
      expectNoDefect(answer, path);
    }
  });

  test('what is no HTTP is refused, in the same form', async () => {
    for (const bytes of [
      'GET / HTTP/9.9\r\n\r\n',
      'nonsense\r\n\r\n',
      'GET / HTTP/1.1\r\nHost: x\r\nX: ' + 'x'.repeat(40_000) + '\r\n\r\n',
      'POST /up HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n',
    ]) {
      const text = await speak(bytes);
      expect(text).toMatch(/^HTTP\/1\.1 4\d\d /);
      expect(text).toContain('"success":false');
    }
    expect((await call(`${server.url}/up`)).status).toBe(200);
  });

  test('an upgrade that is not for the Pusher-protocol server is refused', async () => {
    const lines = [
      'GET /elsewhere HTTP/1.1',
      'Host: x',
      'Connection: Upgrade',
      'Upgrade: websocket',
    ];
    expect(await speak(`${lines.join('\r\n')}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 404 /);
  });

  function raw(body: string | Buffer, type: string): Promise<Answer> {
    return call(`${server.url}/api/chatbot/message`, {
      method: 'POST',
      headers: { ...visitor.headers, 'content-type': type },
      body,
    });
  }

  function speak(bytes: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = connect(server.port, '127.0.0.1', () => socket.write(bytes));
      let text = '';
      socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
      socket.on('error', reject);
      socket.on('close', () => {
        resolve(text);
      });
    });
  }
}

function expectNoDefect(answer: Answer, what: string): void {
  expect(answer.status, `${what}: ${answer.text}`).toBeLessThan(500);
  if (answer.status >= 400) z.parse(ErrorBody, answer.json);
}
