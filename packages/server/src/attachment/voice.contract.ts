import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { type FileDesk, must, VOICE } from '../testing/file-desk.ts';
import { type TestForm } from '../testing/forms.ts';
import { call, codeOfAnswer } from '../testing/http-client.ts';
import { mp4, oggOpus, picture, webm } from '../testing/media.ts';
import { SITE_TOKEN } from '../testing/running-server.ts';

/** Which recordings are taken, and what is kept of them. */
export function voiceContract(desk: FileDesk): void {
  const { send, sent, sentFile, fetched, onDisk } = desk;

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

  test('is refused where the site takes none, and heard where it is there', async () => {
    const form: TestForm = { files: [['audio', 'voice.webm', webm()]] };
    const [before] = (await sent(form, VOICE)).attachments;
    const turn = (voice: boolean) =>
      desk.agent.call('PATCH', '/admin/sites/1', { settings: { voice } });
    const told = async (): Promise<unknown> => {
      const { json } = await call(`${desk.server.url}/api/chatbot/config?token=${SITE_TOKEN}`);
      return (json as { site: { voice?: boolean } }).site.voice;
    };
    expect(await told()).toBeUndefined();
    try {
      expect((await turn(false)).status).toBe(200);
      expect(await told()).toBe(false);
      const disk = await onDisk();
      const answer = await send(form, VOICE);
      expect([answer.status, codeOfAnswer(answer)]).toEqual([403, 'voice_off']);
      expect(await onDisk()).toEqual(disk);
      expect((await fetched(must(before).url)).status).toBe(200);
      await sent({ files: [['files', 'notes.txt', 'files are files']] });
    } finally {
      await turn(true);
    }
    await sent(form, VOICE);
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
}
