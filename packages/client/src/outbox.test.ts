import type { Message, MessageAnswer } from '@parley/protocol';
import { expect, test } from 'vitest';
import { ApiError } from './api-error.ts';
import type { OutboxEntry } from './outbox-entry.ts';
import { Outbox } from './outbox.ts';
import { Random } from './testing/random.ts';
import { SimulatedClock } from './testing/simulated-clock.ts';

/** A server whose answers the test gives one by one. */
class Desk {
  readonly clock = new SimulatedClock();
  readonly asked: { readonly entry: OutboxEntry; readonly signal: AbortSignal }[] = [];
  readonly outbox: Outbox;
  unauthorized = 0;
  #answers: { resolve: (answer: MessageAnswer) => void; reject: (error: ApiError) => void }[] = [];
  #id = 0;

  constructor(shownUpTo = 0) {
    const random = new Random(7);
    this.outbox = new Outbox({
      environment: {
        ...UNUSED,
        now_ms: () => this.clock.now_ms(),
        after: (delay_ms, callback) => this.clock.after(delay_ms, callback),
        random: () => random.next(),
        uuid: () => random.uuid(),
      },
      send: (entry, signal) => {
        this.asked.push({ entry, signal });
        return new Promise((resolve, reject) => {
          this.#answers.push({ resolve, reject });
          signal.addEventListener('abort', () => reject(new ApiError(0, 'aborted', '')));
        });
      },
      onChange: () => undefined,
      onAcknowledged: () => undefined,
      onUnauthorized: () => {
        this.unauthorized += 1;
      },
      shownUpTo: () => shownUpTo,
      debug: () => undefined,
    });
  }

  get states(): string[] {
    return this.outbox.entries.map(({ text, state }) => `${text} ${state.kind}`);
  }

  get texts(): string[] {
    return this.asked.map(({ entry }) => entry.text);
  }

  async accept(): Promise<void> {
    const { entry } = this.asked.at(-1) ?? {};
    if (entry === undefined) throw new Error('nothing was sent');
    this.#id += 1;
    this.#answers.at(-1)?.resolve({
      success: true,
      head: this.#id,
      message: messageOf(entry, this.#id),
    });
    await this.clock.advance(0);
  }

  async refuse(status: number, code = 'x', retryAfter_s: number | null = null): Promise<void> {
    this.#answers.at(-1)?.reject(new ApiError(status, code, code, { retryAfter_s }));
    await this.clock.advance(0);
  }
}

const UNUSED = {
  fetch: () => Promise.reject(new Error('the outbox asks through `send`')),
  loadPusher: () => Promise.reject(new Error('the outbox needs no socket')),
  visible: () => true,
  online: () => true,
  onPage: () => () => undefined,
  onStorage: () => () => undefined,
};

function messageOf(entry: OutboxEntry, seq: number): Message {
  return {
    id: seq,
    conversation_id: 1,
    client_message_id: entry.clientMessageId,
    sender_type: 'visitor',
    sender_name: null,
    text: entry.text,
    attachments: [],
    created_at: '2026-01-01 00:00:00',
    timestamp: 0,
    seq,
    changed_seq: seq,
    edited_at: null,
    deleted_at: null,
    private: false,
  };
}

test('[SYNC-9] one at a time, in the order of typing', async () => {
  const desk = new Desk();
  for (const text of ['a', 'b', 'c']) desk.outbox.add(text);
  expect(desk.texts).toEqual(['a']);
  await desk.accept();
  expect(desk.texts).toEqual(['a', 'b']);
  await desk.accept();
  await desk.accept();
  expect(desk.states).toEqual(['a acknowledged', 'b acknowledged', 'c acknowledged']);
});

test.each([
  ['no network', 0],
  ['a timeout of a proxy', 408],
  ['too many', 429],
  ['a server error', 500],
  ['a restart', 503],
])('[SYNC-2][SYNC-9] %s holds the queue, and the same message is sent again', async (_, status) => {
  const desk = new Desk();
  const id = desk.outbox.add('a');
  desk.outbox.add('b');
  await desk.refuse(status);
  expect(desk.states).toEqual(['a waiting', 'b waiting']);
  await desk.clock.advance(2_000);
  expect(desk.texts).toEqual(['a', 'a']);
  expect(new Set(desk.asked.map(({ entry }) => entry.clientMessageId))).toEqual(new Set([id]));
  await desk.accept();
  expect(desk.texts).toEqual(['a', 'a', 'b']);
});

test.each([400, 403, 404, 409, 413, 415, 422])(
  '[SYNC-9] %i fails that message and lets the next pass',
  async (status) => {
    const desk = new Desk();
    desk.outbox.add('a');
    desk.outbox.add('b');
    await desk.refuse(status, 'why');
    expect(desk.outbox.entries[0]?.state).toMatchObject({ kind: 'failed', error: { code: 'why' } });
    expect(desk.texts).toEqual(['a', 'b']);
  },
);

test('[SYNC-9] Retry sends a failed message after what was written since; Discard drops it', async () => {
  const desk = new Desk();
  const first = desk.outbox.add('a');
  desk.outbox.add('b');
  desk.outbox.add('c');
  await desk.refuse(422);
  desk.outbox.retry(first);
  expect(desk.states).toEqual(['b sending', 'c waiting', 'a waiting']);
  await desk.accept();
  await desk.accept();
  await desk.refuse(422);
  desk.outbox.discard(first);
  expect(desk.states).toEqual(['b acknowledged', 'c acknowledged']);
});

test('[SYNC-9] Retry-After is waited for, whoever wakes the queue', async () => {
  const desk = new Desk();
  desk.outbox.add('a');
  await desk.refuse(429, 'rate_limited', 20);
  desk.outbox.wake();
  await desk.clock.advance(19_900);
  expect(desk.texts).toEqual(['a']);
  await desk.clock.advance(2_200);
  expect(desk.texts).toEqual(['a', 'a']);
});

test('[RT-4] what waits for the network goes at once when it is back', async () => {
  const desk = new Desk();
  desk.outbox.add('a');
  for (let failures = 0; failures < 5; failures += 1) {
    await desk.refuse(0, 'network');
    await desk.clock.advance(30_000);
  }
  await desk.refuse(0, 'network');
  const before = desk.texts.length;
  desk.outbox.wake();
  await desk.clock.advance(0);
  expect(desk.texts).toHaveLength(before + 1);
});

test('[SYNC-9] a refused session holds the queue until there is a new one', async () => {
  const desk = new Desk();
  desk.outbox.add('a');
  await desk.refuse(401, 'unauthenticated');
  await desk.clock.advance(600_000);
  expect({ texts: desk.texts, unauthorized: desk.unauthorized }).toEqual({
    texts: ['a'],
    unauthorized: 1,
  });
  desk.outbox.wake();
  expect(desk.texts).toEqual(['a', 'a']);
});

test('[SYNC-10] whichever comes first: the event ends the wait for an answer that hangs', async () => {
  const desk = new Desk();
  const id = desk.outbox.add('a');
  desk.outbox.add('b');
  desk.outbox.shown(id);
  await desk.clock.advance(0);
  expect(desk.asked[0]?.signal.aborted).toBe(false);
  expect(desk.states).toEqual(['b sending']);
});

test('[SYNC-10] a failed message knows the place where it was shown', async () => {
  const desk = new Desk(12);
  desk.outbox.add('a');
  await desk.refuse(422);
  expect(desk.outbox.entries[0]?.state).toMatchObject({ kind: 'failed', afterSeq: 12 });
});
