import { expect, test } from 'vitest';
import { channelName, parseChannel, type Channel } from './channel.ts';

const channels: readonly Channel[] = [
  { kind: 'conversation', conversationId: 7 },
  { kind: 'conversation-agents', conversationId: 7 },
  { kind: 'visitor', visitorId: 12 },
  { kind: 'site-inbox', siteId: 1 },
  { kind: 'site-agents', siteId: 1 },
];

test.each(channels)('a name and its parts say the same: $kind', (channel) => {
  expect(parseChannel(channelName(channel))).toEqual(channel);
});

test.each([
  'private-chat.conversation.7\n',
  'private-chat.conversation.07',
  'private-chat.conversation.-7',
  'private-chat.conversation.7.agents.x',
  'presence-chat.conversation.7',
  'chat.conversation.7',
  'private-chat.site.1.agents',
  'presence-chat.site.1.inbox',
  '',
])('a name that is not exactly one of ours is none: %j', (name) => {
  expect(parseChannel(name)).toBeNull();
});
