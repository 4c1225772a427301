import { expect, test } from 'vitest';
import { readStreamEvent } from './wire-event.ts';

const received = {
  id: 9,
  conversation_id: 7,
  seq: 4,
  client_message_id: null,
  sender_type: 'agent',
  sender_name: 'Ann',
  text: 'Hello',
  created_at: '2026-01-01 00:00:00',
  timestamp: 1_767_225_600,
};

function attachmentsOf(data: object): unknown {
  const news = readStreamEvent('ChatMessageReceived', data);
  return news?.kind === 'event' && news.event.kind === 'message'
    ? news.event.message.attachments
    : news;
}

test('[SPEC §4] the old form of an attachment is understood', () => {
  const old = { attachment_path: 'chat/plan.png', attachment_name: 'Plan.png' };
  expect(attachmentsOf({ ...received, ...old })).toMatchObject([
    { name: 'Plan.png', url: '/chat/plan.png', kind: 'image' },
  ]);
  expect(attachmentsOf({ ...received, attachment_path: null })).toEqual([]);
  expect(
    attachmentsOf({ ...received, attachment_path: 'https://files.example/a.pdf' }),
  ).toMatchObject([{ name: 'a.pdf', url: 'https://files.example/a.pdf', kind: 'file' }]);
});

test.each([
  ['without seq', 'ChatMessageReceived', { id: 9, conversation_id: 7 }, { kind: 'hint' }],
  [
    'a pointer',
    'ChatMessageReceived',
    { conversation_id: 7, seq: 4, truncated: true },
    { kind: 'head', head: 4 },
  ],
  [
    'a pointer',
    'ChatConversationUpdated',
    { conversation_id: 7, seq: 5, truncated: true },
    { kind: 'head', head: 5 },
  ],
  [
    'of a later version',
    'ChatMessagesRead',
    { seq: 6, reader: 'robot' },
    { kind: 'head', head: 6 },
  ],
  ['no object', 'ChatMessageUpdated', null, { kind: 'hint' }],
  ['absurd', 'ChatMessageReceived', { seq: 1e300 }, { kind: 'hint' }],
])('[SPEC §4] an event %s (%s) is a reason to fetch', (_, name, data, news) => {
  expect(readStreamEvent(name, data)).toEqual(news);
});

test.each(['ChatTyping', 'client-typing', 'pusher:pong'])('%s has no place in a stream', (name) => {
  expect(readStreamEvent(name, {})).toBeNull();
});
