import { randomBytes, randomUUID } from 'node:crypto';
import { MessageAnswer, MessagesAnswer } from '@parley/protocol';
import { describe, expect, test, vi } from 'vitest';
import { z } from 'zod/mini';
import type { MakeDatabases } from '../testing/databases.ts';
import { fileDesk, must, PATIENT } from '../testing/file-desk.ts';
import { folderPlace, type MakeFilePlace } from '../testing/file-places.ts';
import { postForm, type TestForm } from '../testing/forms.ts';
import { call, codeOfAnswer, type TestAgent, type TestVisitor } from '../testing/http-client.ts';
import { picture } from '../testing/media.ts';
import { pictureContract } from './picture.contract.ts';
import { uploadContract } from './upload.contract.ts';
import { voiceContract } from './voice.contract.ts';

const DAY_MS = 24 * 60 * 60_000;

/** Files and voice messages over HTTP: SPEC §3 and §9, SYNC-2, SYNC-7, SEC-3. */
export function fileContract(make: MakeDatabases, makePlace: MakeFilePlace = folderPlace): void {
  const desk = fileDesk(make, makePlace);
  const { send, sent, sentFile, fetched, bytesOf, onDisk } = desk;

  test('[SPEC-3] a file arrives byte for byte, and is the same in each way to see it', async () => {
    const content = randomBytes(50_000);
    const message = await sent({
      files: [
        ['files[]', 'data.bin', content],
        ['file', 'notes.txt', 'some notes'],
      ],
      fields: { text: 'Here they are' },
    });
    const [data, notes] = message.attachments;
    expect(message.text).toBe('Here they are');
    expect(data).toMatchObject({
      name: 'data.bin',
      type: 'application/octet-stream',
      size: 50_000,
      kind: 'file',
    });
    expect(notes).toMatchObject({ name: 'notes.txt', type: 'text/plain', size: 10, kind: 'file' });
    expect((await bytesOf(must(data).url)).equals(content)).toBe(true);

    const id = message.conversation_id;
    const seen = async (who: TestVisitor | TestAgent, path: string): Promise<unknown> => {
      const { json } = await who.call('GET', path);
      return z.parse(z.looseObject({ messages: z.array(z.unknown()) }), json).messages.at(-1);
    };
    const attachments = message.attachments;
    expect(await seen(desk.visitor, `/api/chatbot/conversation/${id}`)).toMatchObject({
      attachments,
    });
    expect(await seen(desk.agent, `/admin/chatbot/${id}/messages`)).toMatchObject({ attachments });
    await call(`${desk.server.url}/api/chatbot/init`, {
      method: 'POST',
      headers: { authorization: 'Bearer site-token-of-the-tests' },
      body: { visitor_token: desk.visitor.token, email: 'files@people.example' },
    });
    const chats = await desk.visitor.call('GET', '/api/users/files@people.example/chats');
    expect(chats.json).toMatchObject({ chats: [{ messages: [{ attachments }] }] });
  });

  test('[SPEC-4] the event carries the complete array, and an agent sends files the same way', async () => {
    const { conversation_id } = await desk.visitor.say('Please send it');
    const start = await desk.visitor.call('GET', '/api/chatbot/updates');
    const { cursor } = start.json as { cursor: string };
    const form: TestForm = {
      files: [['files', 'manual.pdf', '%PDF-1.7 …']],
      fields: { client_message_id: randomUUID() },
    };
    const path = `/admin/chatbot/${conversation_id}/reply`;
    const answer = await postForm(desk.agent, path, form);
    expect(answer.status, answer.text).toBe(201);
    const { message } = z.parse(MessageAnswer, answer.json);
    expect(message).toMatchObject({ text: '', sender_type: 'agent' });
    const heard = await desk.visitor.call('GET', `/api/chatbot/updates?cursor=${cursor}`);
    expect(heard.json).toMatchObject({
      events: expect.arrayContaining([
        expect.objectContaining({
          event: 'ChatMessageReceived',
          data: expect.objectContaining({ attachments: message.attachments }) as unknown,
        }),
      ]) as unknown,
    });
    expect((await postForm(desk.agent, path, form)).status).toBe(200);
    const note = await postForm(desk.agent, path, { ...form, fields: { private: 'true' } });
    expect(note.json).toMatchObject({ message: { private: true } });
    expect((await desk.agent.call('POST', path, { text: '' })).status).toBe(422);
    const posing = {
      text: '',
      files: [{ path: '/etc/passwd', name: 'x', size_bytes: 1, sha256: 'x' }],
    };
    expect((await desk.agent.call('POST', path, posing)).status).toBe(422);
    const inbox = await desk.agent.call('GET', `/admin/chatbot/${conversation_id}`);
    expect(inbox.json).toMatchObject({
      conversation: { last_message: { preview: '📎 manual.pdf' } },
    });
  });

  test('[SEC-6] an address opens its own file alone, for a day, and stays the same for as long', async () => {
    const file = await sentFile('one.txt', 'one');
    const other = await sentFile('two.txt', 'two');
    const [path = '', query = ''] = file.url.split('?');
    const otherPath = other.url.split('?')[0] ?? '';
    for (const url of [
      path,
      `${path}?expires=9999999999&signature=x`,
      `${otherPath}?${query}`,
      file.url.replace(/expires=(\d+)/, (_, at) => `expires=${Number(at) + 1}`),
      `${file.url}&thumbnail=1`,
      file.url.replace('signature=', 'signature[]='),
    ]) {
      const answer = await call(desk.server.url + url);
      expect([403, 422], url).toContain(answer.status);
      expect(answer.text).not.toContain('one');
    }
    const again = await desk.visitor.call('GET', `/api/chatbot/conversation/1?limit=2`);
    expect(again.text).toContain(JSON.stringify(file.url).slice(1, -1));
    try {
      desk.setAhead(DAY_MS);
      expect((await fetched(file.url)).status).toBe(200);
      desk.setAhead(2 * DAY_MS);
      expect((await fetched(file.url)).status).toBe(403);
      const { json } = await desk.visitor.call('GET', `/api/chatbot/conversation/1?limit=1`);
      const [message] = z.parse(MessagesAnswer, json).messages;
      expect((await fetched(must(message?.attachments[0]).url)).status).toBe(200);
    } finally {
      desk.setAhead(0);
    }
  });

  test('[SEC-3] what could run is only ever saved, without an origin', async () => {
    const script = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';
    for (const [name, content] of [
      ['a.svg', script],
      ['a.html', `<!doctype html><script>alert(1)</script>`],
      ['a.png', `<html>${script}</html>`],
      ['a.xml', `<?xml version="1.0"?>${script}`],
      ['a.pdf', '%PDF-1.7\n1 0 obj'],
      ['a.js', 'alert(1)'],
    ] as const) {
      const file = await sentFile(name, content);
      expect(file.kind, name).toBe('file');
      const { headers } = await fetched(file.url);
      expect(headers.get('content-type'), name).toBe('application/octet-stream');
      expect(headers.get('content-disposition')).toMatch(/^attachment; filename="a\./);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-security-policy')).toMatch(/^sandbox; default-src 'none'/);
      expect(headers.get('cross-origin-resource-policy')).toBe('cross-origin');
      expect((await bytesOf(file.url)).toString(), name).toBe(content);
    }
  });

  test('[SEC-3] file names are one harmless line, and still tell what they hide', async () => {
    for (const [given, shown] of [
      ['invoice\u202Egpj.txt', 'invoice\uFFFDgpj.txt'],
      ['..\\..\\boot.ini', 'boot.ini'],
      ['../../etc/passwd', 'passwd'],
      ['a\u0000b\r\n.txt', null],
      ['..', 'file'],
      ['  ', 'file'],
      ["日本語 👩‍👩‍👧 it's.txt", "日本語 👩‍👩‍👧 it's.txt"],
      [`${'x'.repeat(400)}.txt`, `${'x'.repeat(195)}….txt`],
    ] as const) {
      const file = await sentFile(given, 'text');
      if (shown !== null) expect(file.name).toBe(shown);
      expect(file.name).not.toMatch(/[\p{Cc}\u202E/\\]/u);
      const { status, headers } = await fetched(file.url);
      expect(status).toBe(200);
      expect(headers.get('content-disposition')).toContain(
        `filename*=UTF-8''${encodeURIComponent(file.name).replaceAll("'", '%27')}`,
      );
    }
  });

  test('parts of a file, and nothing at all where it is known already', async () => {
    const file = await sentFile('ten.txt', '0123456789');
    const part = async (range: string): Promise<[number, string, string | null]> => {
      const response = await fetched(file.url, { range });
      return [response.status, await response.text(), response.headers.get('content-range')];
    };
    expect(await part('bytes=2-4')).toEqual([206, '234', 'bytes 2-4/10']);
    expect(await part('bytes=7-')).toEqual([206, '789', 'bytes 7-9/10']);
    expect(await part('bytes=-3')).toEqual([206, '789', 'bytes 7-9/10']);
    expect(await part('bytes=5-999')).toEqual([206, '56789', 'bytes 5-9/10']);
    expect((await part('bytes=10-'))[0]).toBe(416);
    expect((await part('bytes=1-2,4-5')).slice(0, 2)).toEqual([200, '0123456789']);
    expect((await part('bytes=x')).slice(0, 2)).toEqual([200, '0123456789']);
    const whole = await fetched(file.url);
    const etag = whole.headers.get('etag') ?? '';
    expect((await fetched(file.url, { 'if-none-match': etag })).status).toBe(304);
    const stale = await fetched(file.url, { range: 'bytes=0-1', 'if-range': '"other"' });
    expect(stale.status).toBe(200);
    const head = await fetch(desk.server.url + file.url, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, '10']);
  });

  test('[SYNC-2] one client_message_id makes one message and one set of files', async () => {
    const before = (await onDisk()).length;
    const fields = { client_message_id: randomUUID() };
    const form: TestForm = {
      files: [
        ['files', 'a.txt', 'one'],
        ['files', 'b.txt', 'two'],
      ],
      fields,
    };
    const answers = await Promise.all(Array.from({ length: 6 }, () => send(form)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(5);
    expect(new Set(answers.map(({ text }) => text.replace(/"head":\d+/, ''))).size).toBe(1);
    await vi.waitFor(async () => {
      expect(await onDisk()).toHaveLength(before + 2);
    }, PATIENT);
    for (const files of [
      [
        ['files', 'a.txt', 'one'],
        ['files', 'b.txt', 'TWO'],
      ],
      [['files', 'a.txt', 'one']],
      [
        ['files', 'c.txt', 'one'],
        ['files', 'b.txt', 'two'],
      ],
    ] as const) {
      const conflict = await send({ files, fields });
      expect(codeOfAnswer(conflict)).toBe('client_message_id_conflict');
    }
    await vi.waitFor(async () => {
      expect(await onDisk()).toHaveLength(before + 2);
    }, PATIENT);
  });

  test('[SYNC-7] deleting a message deletes its files', async () => {
    const before = await onDisk();
    const message = await sent({ files: [['files', 'a.png', await picture(900, 900)]] });
    const { url = '', thumbnail_url = '' } = message.attachments[0] ?? {};
    expect((await onDisk()).length).toBe(before.length + 2);
    expect((await fetched(thumbnail_url)).status).toBe(200);
    const gone = await desk.visitor.call('DELETE', `/api/chatbot/message/${message.id}`);
    expect(gone.json).toMatchObject({ message: { text: '', attachments: [] } });
    expect((await fetched(url)).status).toBe(404);
    expect((await fetched(thumbnail_url)).status).toBe(404);
    await vi.waitFor(async () => {
      expect(await onDisk()).toEqual(before);
    }, PATIENT);
  });

  describe('pictures', () => pictureContract(desk));
  describe('voice', () => voiceContract(desk));
  uploadContract(desk);
}
