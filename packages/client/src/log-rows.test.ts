import type { Conversation } from '@parley/protocol';
import { expect, test } from 'vitest';
import { apply, emptyLog, type LoadedLog } from './conversation-log.ts';
import { logRows, type RowCache } from './log-rows.ts';
import type { OutboxEntry, OutboxState } from './outbox-entry.ts';
import { ModelConversation } from './testing/model-conversation.ts';

function logOf(model: ModelConversation): LoadedLog<Conversation> {
  const page = model.newest('visitor');
  const { state } = apply<Conversation>(emptyLog(), { kind: 'newest', page }, 'visitor');
  if (state.phase === 'empty') throw new Error('a page loads the log');
  return state;
}

function modelOf(...texts: readonly string[]): ModelConversation {
  let id = 0;
  const nextMessageId = () => (id += 1);
  const model = new ModelConversation({ id: 7, siteId: 1, visitorId: 3, now_ms: 0, nextMessageId });
  for (const text of texts) say(model, 'visitor', text);
  return model;
}

function say(model: ModelConversation, senderType: 'visitor' | 'agent', text: string): void {
  model.send({ senderType, text, clientMessageId: `id of ${text}` }, 1_000);
}

function entry(text: string, state: OutboxState): OutboxEntry {
  return {
    clientMessageId: `id of ${text}`,
    order: 1,
    text,
    private: false,
    written_ms: 1_000,
    state,
  };
}

const failedAfter = (afterSeq: number): OutboxState => ({
  kind: 'failed',
  error: { code: 'x', message: 'x' },
  afterSeq,
});

function shown(
  model: ModelConversation,
  outbox: readonly OutboxEntry[],
  cache: RowCache = new Map(),
) {
  return logRows(logOf(model), outbox, 'visitor', ({ id }) => `message:${id}`, cache);
}

function texts(model: ModelConversation, outbox: readonly OutboxEntry[]): string[] {
  return shown(model, outbox).map(({ text, state }) => `${text} ${state}`);
}

test('[SYNC-10] what is under way stands last; what the log shows, once', () => {
  const model = modelOf('a', 'b');
  const outbox = [entry('b', { kind: 'sending' }), entry('c', { kind: 'waiting' })];
  expect(texts(model, outbox)).toEqual(['a sent', 'b sent', 'c sending']);
});

test('[SYNC-10] a failed message stays where it was, whatever comes after it', () => {
  const model = modelOf('a');
  const outbox = [entry('failed', failedAfter(1)), entry('d', { kind: 'sending' })];
  expect(texts(model, outbox)).toEqual(['a sent', 'failed failed', 'd sending']);
  say(model, 'agent', 'c');
  say(model, 'visitor', 'd');
  expect(texts(model, outbox)).toEqual(['a sent', 'failed failed', 'c sent', 'd sent']);
});

test('[SYNC-10] a failed message stays behind one that was acknowledged before it, shown or not', () => {
  const ahead = modelOf('a', 'b');
  const [, b] = ahead.shown('visitor');
  if (b === undefined) throw new Error('b is shown');
  const outbox = [
    entry('b', { kind: 'acknowledged', message: b }),
    entry('failed', failedAfter(b.seq)),
  ];
  expect(texts(modelOf('a'), outbox)).toEqual(['a sent', 'b sent', 'failed failed']);
  expect(texts(ahead, outbox)).toEqual(['a sent', 'b sent', 'failed failed']);
});

test("[SYNC-12] one's own messages are read as far as the other side has read", () => {
  const model = modelOf('a', 'b');
  model.markRead('agent', 1);
  say(model, 'agent', 'c');
  expect(texts(model, [])).toEqual(['a read', 'b sent', 'c sent']);
});

test('rows keep their identity until they change', () => {
  const model = modelOf('a', 'b');
  const cache: RowCache = new Map();
  const before = shown(model, [], cache);
  // The log is another one, its messages are the same objects only where nothing was fetched anew.
  const log = logOf(model);
  const first = logRows(log, [], 'visitor', ({ id }) => `message:${id}`, cache);
  const again = logRows(log, [], 'visitor', ({ id }) => `message:${id}`, cache);
  expect(again).toEqual(before);
  expect(again.every((row, index) => row === first[index])).toBe(true);
});
