import { randomBytes, randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { join } from 'node:path';
import { type Attachment, type Message, MessageAnswer, MessagesAnswer } from '@parley/protocol';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { z } from 'zod/mini';
import { plain, runOne } from '../database/database.ts';
import type { MakeDatabases, TestDatabases } from '../testing/databases.ts';
import {
  type FilePlace,
  filesUnder,
  folderPlace,
  type MakeFilePlace,
} from '../testing/file-places.ts';
import { encoded, postForm, type TestForm } from '../testing/forms.ts';
import {
  type Answer,
  call,
  codeOfAnswer,
  newVisitor,
  signIn,
  type TestAgent,
  type TestVisitor,
} from '../testing/http-client.ts';
import { mp4, oggOpus, pngOfSize, webm } from '../testing/media.ts';
import { OWNER, type RunningServer, startServer } from '../testing/running-server.ts';
import { insertLooseFiles } from './attachment.store.ts';

/** A machine that does much else is slow, and not wrong. */
const PATIENT = { timeout: 20_000 };

const FILE = '/api/chatbot/file';
const VOICE = '/api/chatbot/voice';
const DAY_MS = 24 * 60 * 60_000;

/** Files and voice messages over HTTP: SPEC §3 and §9, SYNC-2, SYNC-7, SEC-3. */
export function fileContract(make: MakeDatabases, makePlace: MakeFilePlace = folderPlace): void {
  let databases: TestDatabases;
  let place: FilePlace;
  let server: RunningServer;
  let agent: TestAgent;
  let visitor: TestVisitor;
  let ahead_ms = 0;

  beforeAll(async () => {
    databases = await make();
    place = await makePlace();
    server = await startServer(databases, {
      env: { ...place.env, LIMIT_FILE_BYTES: '300000', LIMIT_FREE_DISK_BYTES: '0' },
      clock: { now_ms: () => Date.now() + ahead_ms },
    });
    agent = await signIn(server.url, OWNER);
    visitor = await newVisitor(server.url);
  });
  afterAll(async () => {
    await server.stop();
    await databases.discard();
    await place.discard();
  });

  const send = (form: TestForm, path = FILE): Promise<Answer> => postForm(visitor, path, form);
  async function sent(form: TestForm, path = FILE): Promise<Message> {
    const answer = await send(form, path);
    expect(answer.status, answer.text).toBe(201);
    return z.parse(MessageAnswer, answer.json).message;
  }
  async function sentFile(name: string, content: Uint8Array | string): Promise<Attachment> {
    const { attachments } = await sent({ files: [['files', name, content]] });
    expect(attachments).toHaveLength(1);
    return must(attachments[0]);
  }
  const fetched = (url: string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(server.url + url, { headers });
  async function bytesOf(url: string): Promise<Buffer> {
    return Buffer.from(await (await fetched(url)).arrayBuffer());
  }
  /** Everything that lies where files are, and where they come in. */
  async function onDisk(): Promise<string[]> {
    const { dataDir } = server;
    return [...(await place.kept(dataDir)), ...(await filesUnder(join(dataDir, 'incoming')))];
  }

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
    expect(await seen(visitor, `/api/chatbot/conversation/${id}`)).toMatchObject({ attachments });
    expect(await seen(agent, `/admin/chatbot/${id}/messages`)).toMatchObject({ attachments });
    await call(`${server.url}/api/chatbot/init`, {
      method: 'POST',
      headers: { authorization: 'Bearer site-token-of-the-tests' },
      body: { visitor_token: visitor.token, email: 'files@people.example' },
    });
    const chats = await visitor.call('GET', '/api/users/files@people.example/chats');
    expect(chats.json).toMatchObject({ chats: [{ messages: [{ attachments }] }] });
  });

  test('[SPEC-4] the event carries the complete array, and an agent sends files the same way', async () => {
    const { conversation_id } = await visitor.say('Please send it');
    const start = await visitor.call('GET', '/api/chatbot/updates');
    const { cursor } = start.json as { cursor: string };
    const form: TestForm = {
      files: [['files', 'manual.pdf', '%PDF-1.7 …']],
      fields: { client_message_id: randomUUID() },
    };
    const path = `/admin/chatbot/${conversation_id}/reply`;
    const answer = await postForm(agent, path, form);
    expect(answer.status, answer.text).toBe(201);
    const { message } = z.parse(MessageAnswer, answer.json);
    expect(message).toMatchObject({ text: '', sender_type: 'agent' });
    const heard = await visitor.call('GET', `/api/chatbot/updates?cursor=${cursor}`);
    expect(heard.json).toMatchObject({
      events: expect.arrayContaining([
        expect.objectContaining({
          event: 'ChatMessageReceived',
          data: expect.objectContaining({ attachments: message.attachments }) as unknown,
        }),
      ]) as unknown,
    });
    expect((await postForm(agent, path, form)).status).toBe(200);
    const note = await postForm(agent, path, { ...form, fields: { private: 'true' } });
    expect(note.json).toMatchObject({ message: { private: true } });
    expect((await agent.call('POST', path, { text: '' })).status).toBe(422);
    const posing = {
      text: '',
      files: [{ path: '/etc/passwd', name: 'x', size_bytes: 1, sha256: 'x' }],
    };
    expect((await agent.call('POST', path, posing)).status).toBe(422);
    const inbox = await agent.call('GET', `/admin/chatbot/${conversation_id}`);
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
      const answer = await call(server.url + url);
      expect([403, 422], url).toContain(answer.status);
      expect(answer.text).not.toContain('one');
    }
    const again = await visitor.call('GET', `/api/chatbot/conversation/1?limit=2`);
    expect(again.text).toContain(JSON.stringify(file.url).slice(1, -1));
    try {
      ahead_ms = DAY_MS;
      expect((await fetched(file.url)).status).toBe(200);
      ahead_ms = 2 * DAY_MS;
      expect((await fetched(file.url)).status).toBe(403);
      const { json } = await visitor.call('GET', `/api/chatbot/conversation/1?limit=1`);
      const [message] = z.parse(MessagesAnswer, json).messages;
      expect((await fetched(must(message?.attachments[0]).url)).status).toBe(200);
    } finally {
      ahead_ms = 0;
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
    const head = await fetch(server.url + file.url, { method: 'HEAD' });
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
    const gone = await visitor.call('DELETE', `/api/chatbot/message/${message.id}`);
    expect(gone.json).toMatchObject({ message: { text: '', attachments: [] } });
    expect((await fetched(url)).status).toBe(404);
    expect((await fetched(thumbnail_url)).status).toBe(404);
    await vi.waitFor(async () => {
      expect(await onDisk()).toEqual(before);
    }, PATIENT);
  });

  describe('pictures', () => {
    test('[SEC-3] are drawn anew: upright, measured, with a thumbnail, without what was hidden', async () => {
      const hidden = await sharp(await picture(1_200, 800))
        .withExif({ IFD0: { Copyright: 'where I live' }, IFD3: { GPSLatitude: '52/1 31/1 0/1' } })
        .withMetadata({ orientation: 6 })
        .jpeg()
        .toBuffer();
      const script = Buffer.concat([hidden, Buffer.from('<script>alert(1)</script>')]);
      const file = await sentFile('photo.html', script);
      expect(file).toMatchObject({
        kind: 'image',
        type: 'image/jpeg',
        name: 'photo.html.jpg',
        width: 800,
        height: 1_200,
      });
      const response = await fetched(file.url);
      expect(response.headers.get('content-type')).toBe('image/jpeg');
      expect(response.headers.get('content-disposition')).toMatch(/^inline/);
      const drawn = Buffer.from(await response.arrayBuffer());
      expect(drawn.length).toBe(file.size);
      expect(drawn.includes('<script>')).toBe(false);
      const metadata = await sharp(drawn).metadata();
      expect(metadata).toMatchObject({ width: 800, height: 1_200 });
      expect([metadata.exif, metadata.orientation, metadata.xmp]).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
      const thumbnail = await sharp(await bytesOf(must(file.thumbnail_url))).metadata();
      expect(thumbnail).toMatchObject({ format: 'webp', width: 427, height: 640 });
    });

    test('of each format stay what they were', async () => {
      const base = sharp(await picture(40, 30));
      const frames = sharp([await picture(40, 30), await picture(40, 30, 'blue')], {
        join: { animated: true },
      });
      for (const [name, bytes, type] of [
        ['a.png', await base.clone().png().toBuffer(), 'image/png'],
        ['a.webp', await base.clone().webp().toBuffer(), 'image/webp'],
        ['a.gif', await frames.gif().toBuffer(), 'image/gif'],
        ['a.avif', await base.clone().avif().toBuffer(), 'image/webp'],
      ] as const) {
        const file = await sentFile(name, bytes);
        expect(file, name).toMatchObject({ kind: 'image', type, width: 40, height: 30 });
        expect(file.thumbnail_url).toBeUndefined();
        if (type === 'image/gif') {
          expect((await sharp(await bytesOf(file.url)).metadata()).pages).toBe(2);
        }
      }
    });

    test('that are broken, or a flood of pixels: refused, and nothing is left', async () => {
      const before = await onDisk();
      const whole = await picture(300, 300);
      for (const [bytes, status] of [
        [whole.subarray(0, 200), 415],
        [pngOfSize(60_000, 60_000), 413],
        [pngOfSize(100, 100), 415],
        [pngOfSize(0, 0), 415],
      ] as const) {
        const answer = await send({
          files: [
            ['files', 'ok.txt', 'ok'],
            ['files', 'a.png', bytes],
          ],
        });
        expect(answer.status, answer.text).toBe(status);
      }
      await vi.waitFor(async () => {
        expect(await onDisk()).toEqual(before);
      }, PATIENT);
    });
  });

  describe('voice', () => {
    test('of each browser is taken, with its length and shape', async () => {
      for (const [bytes, type, name] of [
        [webm(), 'audio/webm', 'voice.webm'],
        [mp4(), 'audio/mp4', 'voice.m4a'],
        [mp4([['soun', 'mp4a']], 'last'), 'audio/mp4', 'voice.m4a'],
        [oggOpus(), 'audio/ogg', 'voice.ogg'],
      ] as const) {
        const message = await sent(
          {
            files: [['audio', name, bytes]],
            fields: { duration_ms: '2500', waveform: '[0,0.123456,1]' },
          },
          VOICE,
        );
        expect(message.attachments).toMatchObject([
          { kind: 'voice', type, name, duration_ms: 2_500, waveform: [0, 0.12, 1] },
        ]);
        const file = must(message.attachments[0]);
        const response = await fetched(file.url);
        expect(response.headers.get('content-type')).toBe(type);
        expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
      }
    });

    test('is what is in it, and not what it is called', async () => {
      for (const bytes of [
        await picture(10, 10),
        webm(['V_VP8', 'A_OPUS']),
        mp4([
          ['vide', 'avc1'],
          ['soun', 'mp4a'],
        ]),
        '#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n',
        webm().subarray(0, 40),
        mp4().subarray(0, 40),
        randomBytes(500),
      ]) {
        const answer = await send({ files: [['audio', 'voice.webm', bytes]] }, VOICE);
        expect([answer.status, codeOfAnswer(answer)]).toEqual([415, 'unsupported_media_type']);
      }
      const video = await sentFile('clip.webm', webm(['V_VP8', 'A_OPUS']));
      expect(video).toMatchObject({ kind: 'video', type: 'video/webm' });
    });

    test('with odd numbers: 422', async () => {
      for (const fields of [
        { duration_ms: '-1' },
        { duration_ms: 'long' },
        { duration_ms: '1e12' },
        { waveform: '[2]' },
        { waveform: '[]' },
        { waveform: '{"0":1}' },
        { waveform: '[0.1' },
        { waveform: JSON.stringify(Array.from({ length: 129 }, () => 0)) },
        { waveform: '["0"]' },
      ]) {
        const answer = await send({ files: [['audio', 'v.webm', webm()]], fields }, VOICE);
        expect([answer.status, codeOfAnswer(answer)], JSON.stringify(fields)).toEqual([
          422,
          'invalid_request',
        ]);
      }
    });
  });

  test('[SPEC-9] too large, too many, none, empty, programs: a clear 4xx, and nothing is left', async () => {
    const before = await onDisk();
    const one = ['files', 'a.txt', 'x'] as const;
    const many = Array.from({ length: 11 }, () => one);
    const cases: readonly [number, TestForm, string?][] = [
      [413, { files: [['files', 'large.bin', randomBytes(300_001)]] }],
      [413, { files: many }],
      [413, { files: [['files', 'huge.bin', randomBytes(5_000_000)]] }],
      [422, { files: [] }],
      [422, { files: [['other', 'a.txt', 'x']] }],
      [422, { files: [['files', 'a.txt', '']] }],
      [415, { files: [['files', 'Setup.EXE', 'x']] }],
      [415, { files: [['files', 'holiday.jpg', Buffer.from(`MZ${'\0'.repeat(100)}`)]] }],
      [422, { files: [one], fields: { text: 'x'.repeat(10_001) } }],
      [422, { files: [one], fields: { text: 'x'.repeat(50_000) } }],
      [422, { files: [one], fields: { client_message_id: 'x' } }],
      [422, { files: [one], fields: { conversation_id: '-1' } }],
      [404, { files: [one], fields: { conversation_id: '999999' } }],
      [400, { files: [one], fields: JSON.parse('{"__proto__":"x"}') as Record<string, string> }],
      [
        413,
        {
          files: [
            ['audio', 'a.webm', webm()],
            ['voice', 'b.webm', webm()],
          ],
        },
        VOICE,
      ],
    ];
    for (const [status, form, path] of cases) {
      const answer = await send(form, path);
      expect(answer.status, answer.text).toBe(status);
      expect(codeOfAnswer(answer)).toEqual(expect.any(String));
    }
    const tooLarge = await send({ files: [['files', 'large.bin', randomBytes(300_001)]] });
    expect(tooLarge.json).toMatchObject({
      error: { message: expect.stringContaining('"large.bin" is too large') as unknown },
    });
    await vi.waitFor(async () => {
      expect(await onDisk()).toEqual(before);
    }, PATIENT);
  });

  test('[SPEC-9] bodies that are no form: 4xx, and the server lives', async () => {
    const { body, headers } = await encoded({ files: [['files', 'a.txt', 'x']] });
    const type = String(headers['content-type']);
    const boundary = type.split('boundary=')[1] ?? '';
    const post = (bytes: Buffer | string, contentType: string): Promise<Answer> =>
      visitor.call('POST', FILE, bytes, { 'content-type': contentType });
    const cases: readonly (readonly [Buffer | string, string])[] = [
      ['{"files":[{"path":"/etc/passwd"}]}', 'application/json'],
      ['files=x', 'application/x-www-form-urlencoded'],
      [body, 'multipart/form-data'],
      [body, 'multipart/form-data; boundary='],
      [body, 'multipart/form-data; boundary=other'],
      [body, `multipart/mixed; boundary=${boundary}`],
      [body.subarray(0, body.length - 20), type],
      [body.subarray(0, 60), type],
      ['', type],
      [randomBytes(2_000), type],
      [Buffer.from(body.toString('latin1').replace('files', '__proto__'), 'latin1'), type],
      [Buffer.from(body.toString('latin1').replace('files', 'x'.repeat(5_000)), 'latin1'), type],
      [`--${boundary}\r\n${'X: y\r\n'.repeat(5_000)}\r\n--${boundary}--`, type],
      [
        `--${'b'.repeat(252)}\r\n\r\nx\r\n--${'b'.repeat(252)}--`,
        `multipart/form-data; boundary=${'b'.repeat(252)}`,
      ],
    ];
    for (const [bytes, contentType] of cases) {
      const answer = await post(bytes, contentType);
      expect([400, 406, 413, 415, 422], `${contentType}: ${answer.text}`).toContain(answer.status);
      expect(codeOfAnswer(answer)).toEqual(expect.any(String));
    }
    expect((await post(body, type)).status).toBe(201);
  });

  test('[SPEC-9] an upload that is cut leaves nothing', async () => {
    const before = await onDisk();
    const { body, headers } = await encoded({ files: [['files', 'a.bin', randomBytes(200_000)]] });
    const socket = connect(server.port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(
      [
        `POST ${FILE} HTTP/1.1`,
        'Host: x',
        `Authorization: ${String(visitor.headers['authorization'])}`,
        `Content-Type: ${String(headers['content-type'])}`,
        `Content-Length: ${body.length}`,
        '',
        '',
      ].join('\r\n'),
    );
    socket.write(body.subarray(0, 100_000));
    await vi.waitFor(async () => {
      expect((await onDisk()).length).toBe(before.length + 1);
    }, PATIENT);
    socket.destroy();
    await vi.waitFor(async () => {
      expect(await onDisk()).toEqual(before);
    }, PATIENT);
  });

  test('[SPEC-9] what a process that died left behind is swept', async () => {
    const key = randomUUID();
    await place.leave(server.dataDir, key, 'half');
    const { database } = server;
    const due = Date.now() + 60 * 60_000;
    await database.write(runOne, plain(insertLooseFiles(database.sql, [key], due)));
    const deleteOne = async (): Promise<void> => {
      const { id } = await sent({ files: [['files', 'a.txt', 'x']] });
      await visitor.call('DELETE', `/api/chatbot/message/${id}`);
    };
    await deleteOne();
    expect(await onDisk()).toContain(key);
    try {
      ahead_ms = DAY_MS;
      await deleteOne();
      await vi.waitFor(async () => {
        expect(await onDisk()).not.toContain(key);
      }, PATIENT);
    } finally {
      ahead_ms = 0;
    }
  });
}

/** Not one colour, which would be a few bytes; the same each time. */
async function picture(width: number, height: number, background = 'red'): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background } })
    .composite([
      { input: Buffer.from([0, 128, 255]), raw: { width: 1, height: 1, channels: 3 }, tile: false },
    ])
    .png()
    .toBuffer();
}

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('Something is missing in an answer');
  return value;
}
