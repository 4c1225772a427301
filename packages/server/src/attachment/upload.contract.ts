import { randomBytes, randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { expect, test, vi } from 'vitest';
import { plain, runOne } from '../database/database.ts';
import { FILE, type FileDesk, PATIENT, VOICE } from '../testing/file-desk.ts';
import { encoded, type TestForm } from '../testing/forms.ts';
import { type Answer, codeOfAnswer } from '../testing/http-client.ts';
import { webm } from '../testing/media.ts';
import { insertLooseFiles } from './attachment.store.ts';

const DAY_MS = 24 * 60 * 60_000;

/** Bad uploads are answered clearly, and leave nothing: SPEC §9. */
export function uploadContract(desk: FileDesk): void {
  const { send, sent, onDisk } = desk;

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
      desk.visitor.call('POST', FILE, bytes, { 'content-type': contentType });
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
    const socket = connect(desk.server.port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(
      [
        `POST ${FILE} HTTP/1.1`,
        'Host: x',
        `Authorization: ${String(desk.visitor.headers['authorization'])}`,
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
    await desk.place.leave(desk.server.dataDir, key, 'half');
    const { database } = desk.server;
    const due = Date.now() + 60 * 60_000;
    await database.write(runOne, plain(insertLooseFiles(database.sql, [key], due)));
    const deleteOne = async (): Promise<void> => {
      const { id } = await sent({ files: [['files', 'a.txt', 'x']] });
      await desk.visitor.call('DELETE', `/api/chatbot/message/${id}`);
    };
    await deleteOne();
    expect(await onDisk()).toContain(key);
    try {
      desk.setAhead(DAY_MS);
      await deleteOne();
      await vi.waitFor(async () => {
        expect(await onDisk()).not.toContain(key);
      }, PATIENT);
    } finally {
      desk.setAhead(0);
    }
  });
}
