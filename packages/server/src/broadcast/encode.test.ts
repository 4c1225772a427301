import { LIMITS } from '@parley/protocol';
import { expect, test } from 'vitest';
import { sentData } from './encode.ts';
import type { Publication } from './publication.ts';

const message = (text: string): Publication => ({
  channel: 'private-chat.conversation.7',
  event: 'ChatMessageReceived',
  data: JSON.stringify({ conversation_id: 7, seq: 3, text }),
  audience: 'visitor:1',
  conversationId: 7,
});

test('what fits is sent as it is', () => {
  const sent = sentData(message('hello'));
  expect(JSON.parse(sent)).toEqual({ conversation_id: 7, seq: 3, text: 'hello' });
});

test('[RT-5] what exceeds the limit is sent as a pointer, counted in bytes and not in characters', () => {
  const frame = Buffer.byteLength(message('').data);
  const most = '語'.repeat(Math.floor((LIMITS.eventData_bytes - frame) / 3));
  expect(sentData(message(most))).toContain(most);
  const sent = sentData(message(`${most}語`));
  expect(JSON.parse(sent)).toEqual({ conversation_id: 7, seq: 3, truncated: true });
});

test('a pointer to a row of the inbox says whose and where it stands', () => {
  const data = { conversation: { id: 9, head: 4, labels: ['x'.repeat(LIMITS.eventData_bytes)] } };
  const row: Publication = {
    ...message(''),
    event: 'ChatInboxUpdated',
    data: JSON.stringify(data),
    conversationId: 9,
  };
  expect(JSON.parse(sentData(row))).toEqual({ conversation_id: 9, seq: 4, truncated: true });
});
