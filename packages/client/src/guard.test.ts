import * as protocol from '@parley/protocol';
import { describe, expect, test } from 'vitest';
import * as agentGuards from './agent-guard.ts';
import * as conversationGuards from './conversation-guard.ts';
import type { Guard } from './guard.ts';
import { ModelConversation } from './testing/model-conversation.ts';
import { SimulatedClock } from './testing/simulated-clock.ts';
import { SimulatedServer, SITE } from './testing/simulated-server.ts';
import { realtimeConfig } from './testing/simulation.ts';
import * as wireGuards from './wire-guard.ts';

const guards = { ...wireGuards, ...conversationGuards };

interface Schema {
  safeParse(value: unknown): { success: boolean };
}

const attachment: protocol.Attachment = {
  id: 1,
  name: 'a.ogg',
  url: '/files/1/a.ogg',
  type: 'audio/ogg',
  size: 12,
  kind: 'voice',
  duration_ms: 900,
  waveform: [0, 0.5],
  width: 1,
  height: 1,
  thumbnail_url: '/files/1/t.png',
};

/** A conversation with something of everything in it. */
function model(): ModelConversation {
  let id = 0;
  const nextMessageId = () => (id += 1);
  const one = new ModelConversation({ id: 7, siteId: 1, visitorId: 3, now_ms: 0, nextMessageId });
  const { stored } = one.send({ senderType: 'visitor', text: 'a', clientMessageId: 'c' }, 1_000);
  one.edit(stored, 'b', 2_000);
  one.patch({ assignee_id: 1, labels: ['new'] });
  return one;
}

const conversation = model();
const [plain] = conversation.shown('visitor');
if (plain === undefined) throw new Error('the model has a message');
const message = { ...plain, attachments: [attachment], deleted_at: plain.edited_at };
const { changed_seq: _, ...updated } = { ...message, message_seq: 1 };
const success = { success: true };
const page = { ...success, messages: [message], head: 9, cursor: 9, has_more: true };
const realtime = realtimeConfig('pusher and reverb');
const address = { host: 'h', port: 1, scheme: 'https' };
const entry = conversation.inboxEntry();

/** For each guard the schema that it stands for, and a value with every field in it. */
const pairs: readonly [string, Guard<unknown>, Schema, object][] = [
  ['SuccessAnswer', guards.isSuccess, protocol.SuccessAnswer, success],
  [
    'ErrorBody',
    guards.isErrorBody,
    protocol.ErrorBody,
    { success: false, error: { code: 'c', message: 'm', details: { of: 'it' } } },
  ],
  ['Message', guards.isMessage, protocol.Message, message],
  [
    'ChatMessageReceived',
    guards.isMessageReceived,
    protocol.ChatMessageReceived,
    { ...message, private: true },
  ],
  ['ChatMessageUpdated', guards.isMessageUpdated, protocol.ChatMessageUpdated, updated],
  [
    'ChatMessagesRead',
    guards.isMessagesRead,
    protocol.ChatMessagesRead,
    { conversation_id: 7, seq: 2, reader: 'agent', up_to: 1 },
  ],
  [
    'ChatConversationUpdated',
    guards.isConversationUpdated,
    protocol.ChatConversationUpdated,
    { ...conversation.conversation('agent'), conversation_id: 7, seq: 4 },
  ],
  ['ChatHead', guards.isHead, protocol.ChatHead, { conversation_id: 7, head: 4 }],
  [
    'ChatCurrentConversation',
    guards.isCurrentConversation,
    protocol.ChatCurrentConversation,
    { conversation_id: 7 },
  ],
  [
    'ChatTyping',
    guards.isTyping,
    protocol.ChatTyping,
    { conversation_id: 7, sender_type: 'visitor', sender_name: null, typing: true, preview: 'x' },
  ],
  [
    'ChatViewing',
    agentGuards.isViewing,
    protocol.ChatViewing,
    { conversation_id: 7, agents: [{ id: 1, name: 'Ann' }], gone: [2] },
  ],
  [
    'ChatConversationStarted',
    guards.isConversationStarted,
    protocol.ChatConversationStarted,
    { conversation: conversation.conversation('visitor') },
  ],
  [
    'InitAnswer',
    guards.isInitAnswer,
    protocol.InitAnswer,
    {
      ...success,
      visitor: { id: 3, name: 'N', email: 'e@x.example', verified: true },
      visitor_token: 't',
      conversation: conversation.conversation('visitor'),
      messages: [message],
      head: 4,
      has_more: false,
      team: { agents: [{ name: 'Ann' }], reply_time_s: 60, open: false, until: 5 },
    },
  ],
  [
    'MessageAnswer',
    guards.isMessageAnswer,
    protocol.MessageAnswer,
    { ...success, message, head: 4 },
  ],
  [
    'MessagesAnswer',
    guards.isMessagesAnswer,
    protocol.MessagesAnswer,
    { ...page, conversation: conversation.conversation('visitor') },
  ],
  [
    'ReadAnswer',
    guards.isReadAnswer,
    protocol.ReadAnswer,
    { ...success, up_to: 1, unread: 0, head: 4 },
  ],
  [
    'ChannelsAuthAnswer',
    guards.isChannelsAuthAnswer,
    protocol.ChannelsAuthAnswer,
    { channels: { a: { auth: 'x', channel_data: '{}' }, b: null } },
  ],
  [
    'UpdatesAnswer',
    guards.isUpdatesAnswer,
    protocol.UpdatesAnswer,
    { ...success, events: [{ channel: 'c', event: 'e', data: {} }], cursor: '1', reset: true },
  ],
  [
    'ChatInboxUpdated',
    agentGuards.isInboxUpdated,
    protocol.ChatInboxUpdated,
    { conversation: entry },
  ],
  [
    'InboxAnswer',
    agentGuards.isInboxAnswer,
    protocol.InboxAnswer,
    { ...success, conversations: [entry], next_cursor: 'x' },
  ],
  [
    'InboxEntryAnswer',
    agentGuards.isInboxEntryAnswer,
    protocol.InboxEntryAnswer,
    { ...success, conversation: entry },
  ],
  [
    'AgentMessagesAnswer',
    agentGuards.isAgentMessagesAnswer,
    protocol.AgentMessagesAnswer,
    { ...page, conversation: entry },
  ],
  [
    'MeAnswer',
    agentGuards.isMeAnswer,
    protocol.MeAnswer,
    {
      ...success,
      agent: { id: 1, name: 'Ann', email: 'ann@x.example' },
      sites: [
        { id: 1, name: 'S', role: 'owner', token: 't', allowed_origins: ['https://x.example'] },
      ],
      csrf_token: 'c',
      realtime: { ...realtime, pusher: { ...realtime.pusher, ...address } },
    },
  ],
];

/** The value with one field, at any depth, set to something else or taken away. */
function* variants(value: unknown, changes: readonly unknown[]): Generator {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      for (const variant of variants(item, changes)) yield value.with(index, variant);
    }
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, field] of Object.entries(value)) {
      yield Object.fromEntries(Object.entries(value).filter(([other]) => other !== name));
      for (const change of changes) yield { ...value, [name]: change };
      for (const variant of variants(field, changes)) yield { ...value, [name]: variant };
    }
  }
}

describe.each(pairs)('%s', (_name, guard, schema, value) => {
  test('the guard takes and refuses the same forms as the schema of the protocol', () => {
    expect(schema.safeParse(value).success).toBe(true);
    expect(guard(value)).toBe(true);
    let refused = 0;
    for (const variant of variants(value, [null, true, false, 1.5, [], {}, [1], [null]])) {
      const isRight = schema.safeParse(variant).success;
      if (!isRight) refused += 1;
      if (guard(variant) !== isRight) expect(variant).toBe(isRight ? 'taken' : 'refused');
    }
    expect(refused).toBeGreaterThan(0);
    expect([null, undefined, 1, 'x', []].some((other) => guard(other))).toBe(false);
  });
});

test('the guard of ConfigAnswer takes what the schema takes', async () => {
  const server = new SimulatedServer(new SimulatedClock(), realtime);
  const { body } = await server.handle({
    method: 'GET',
    path: '/api/chatbot/config',
    query: new URLSearchParams(),
    token: SITE,
    body: {},
    signal: new AbortController().signal,
  });
  expect(guards.isConfigAnswer(body)).toBe(true);
  for (const variant of variants(body, [null, 1.5, [], {}])) {
    expect(guards.isConfigAnswer(variant)).toBe(protocol.ConfigAnswer.safeParse(variant).success);
  }
});
