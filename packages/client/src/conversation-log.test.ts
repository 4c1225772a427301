import type { Conversation } from '@parley/protocol';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  apply,
  emptyLog,
  fetchCursor,
  needOf,
  unreadOf,
  type LoadedLog,
  type LogChange,
  type LogState,
} from './conversation-log.ts';
import type { Side } from './side.ts';
import { ModelConversation, type Published, type WireEvent } from './testing/model-conversation.ts';
import { readStreamEvent } from './wire-event.ts';

type Log = LogState<Conversation>;
type Change = LogChange<Conversation>;

function newModel(): ModelConversation {
  let id = 100;
  return new ModelConversation({
    id: 7,
    siteId: 1,
    visitorId: 3,
    now_ms: Date.UTC(2026, 0, 1),
    nextMessageId: () => (id += 1),
  });
}

/** What the server does, with choices that are taken modulo what there is. */
type Command =
  | { kind: 'send'; by: 'visitor' | 'agent' | 'bot'; note: boolean }
  | { kind: 'edit' | 'remove'; which: number }
  | { kind: 'read'; reader: Side; share: number }
  | { kind: 'patch'; status: 'open' | 'pending' | 'resolved' }
  | { kind: 'label'; label: string };

const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('send' as const),
      by: fc.constantFrom('visitor' as const, 'agent' as const, 'bot' as const),
      note: fc.boolean(),
    }),
  },
  fc.record({ kind: fc.constantFrom('edit' as const, 'remove' as const), which: fc.nat() }),
  fc.record({
    kind: fc.constant('read' as const),
    reader: fc.constantFrom('visitor' as const, 'agent' as const),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
  fc.record({
    kind: fc.constant('patch' as const),
    status: fc.constantFrom('open' as const, 'pending' as const, 'resolved' as const),
  }),
  fc.record({ kind: fc.constant('label' as const), label: fc.constantFrom('a', 'b') }),
);

function perform(model: ModelConversation, command: Command, now_ms: number): Published {
  switch (command.kind) {
    case 'send': {
      const { by, note } = command;
      const message = { senderType: by, text: `at ${now_ms}`, clientMessageId: null };
      return model.send({ ...message, note: note && by === 'agent' }, now_ms).published;
    }
    case 'edit':
    case 'remove': {
      const message = model.messages[command.which % Math.max(1, model.messages.length)];
      if (message === undefined) return {};
      return command.kind === 'edit'
        ? model.edit(message, `edited at ${now_ms}`, now_ms)
        : model.remove(message, now_ms);
    }
    case 'read':
      return model.markRead(command.reader, Math.round(command.share * model.head(command.reader)));
    case 'patch':
      return model.patch({ status: command.status });
    case 'label':
      return model.patch({ labels: [command.label] });
  }
}

/** What happens between server and client, in any order. */
type Step =
  | { kind: 'command'; command: Command }
  /** The event arrives that a healthy connection would bring next. */
  | { kind: 'next' }
  /** One of the published events arrives: any, again, or never. */
  | { kind: 'event' | 'pointer' | 'head' | 'snapshot' | 'hint'; which: number }
  /** The client asks for a page; the answer is made now. */
  | { kind: 'ask'; page: 'newest' | 'after' | 'before' }
  /** One of the answers arrives: any, again, or never. */
  | { kind: 'answer'; which: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('command' as const), command }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('next' as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('event' as const), which: fc.nat() }),
  },
  fc.record({
    kind: fc.constantFrom(
      'pointer' as const,
      'head' as const,
      'snapshot' as const,
      'hint' as const,
    ),
    which: fc.nat(),
  }),
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('ask' as const),
      page: fc.constantFrom('newest' as const, 'after' as const, 'before' as const),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('answer' as const), which: fc.nat() }) },
);

/** Pages of three and catch-up of two, so that small histories have many pages. */
function ask(
  model: ModelConversation,
  log: Log,
  side: Side,
  page: 'newest' | 'after' | 'before',
): Change {
  if (log.phase === 'empty' || page === 'newest') {
    return { kind: 'newest', page: model.newest(side, 3) };
  }
  const first = log.messages[0];
  if (page === 'after' || first === undefined) {
    const after = fetchCursor(log);
    return { kind: 'after', after, page: model.after(side, after, 2) };
  }
  return { kind: 'before', before: first.seq, page: model.before(side, first.seq, 3) };
}

class Client {
  log: Log = emptyLog();
  readonly side: Side;
  readonly model: ModelConversation;

  constructor(side: Side, model: ModelConversation) {
    this.side = side;
    this.model = model;
  }

  take(change: Change | null): void {
    if (change === null) return;
    const before = this.log;
    this.log = apply(before, change, this.side).state;
    this.#check(before);
  }

  nextOf(events: readonly WireEvent[]): Change | null {
    const cursor = this.log.phase === 'loaded' ? this.log.cursor : 0;
    const event = events.find(({ data }) => data.seq === cursor + 1);
    return event === undefined ? null : newsOf(event);
  }

  /** Asks for what is missing until nothing is, with the head known at last. */
  catchUp(): void {
    this.take({ kind: 'head', head: this.model.head(this.side) });
    for (let rounds = 0; needOf(this.log) !== 'none'; rounds += 1) {
      if (rounds > 1_000) throw new Error('the log asks without end');
      this.take(
        ask(this.model, this.log, this.side, needOf(this.log) === 'newest' ? 'newest' : 'after'),
      );
    }
  }

  /** What holds in each state (SYNC-4, SYNC-5). */
  #check(before: Log): void {
    if (this.log.phase === 'empty') return;
    const { messages, cursor, hasOlder } = this.log;
    if (before.phase === 'loaded') expectForward(before, this.log);
    // Without holes, nothing twice, nothing out of order, nothing from beyond the cursor: exactly
    // the messages that the server gave the range, whatever else of them is to come.
    const first = messages[0]?.seq ?? 0;
    const all = this.model.shown(this.side).map(({ seq }) => seq);
    const range = all.filter((seq) => seq >= first && seq <= cursor);
    expect(messages.map(({ seq }) => seq)).toEqual(messages.length === 0 ? [] : range);
    expect(hasOlder).toBe(messages.length > 0 && (all[0] ?? 0) < first);
  }
}

/** Nothing goes back, not even for a moment: neither cursor nor marks nor a message. */
function expectForward(before: LoadedLog<Conversation>, now: LoadedLog<Conversation>): void {
  expect(now.cursor).toBeGreaterThanOrEqual(before.cursor);
  const marks = ['visitor_read_up_to', 'agent_read_up_to'] as const;
  for (const mark of marks) {
    expect(now.conversation[mark]).toBeGreaterThanOrEqual(before.conversation[mark]);
  }
  for (const message of now.messages) {
    const earlier = before.messages.find(({ id }) => id === message.id);
    expect(message.changed_seq).toBeGreaterThanOrEqual(earlier?.changed_seq ?? 0);
  }
}

function newsOf(event: WireEvent): Change | null {
  return readStreamEvent(event.event, event.data);
}

function delivered(
  kind: Exclude<Step['kind'], 'command' | 'next' | 'ask' | 'answer'>,
  event: WireEvent,
  model: ModelConversation,
  side: Side,
): Change | null {
  switch (kind) {
    case 'event':
      return newsOf(event);
    case 'pointer': {
      const { conversation_id, seq } = event.data;
      return newsOf({
        event: event.event,
        data: { conversation_id, seq, truncated: true } as WireEvent['data'],
      });
    }
    case 'head':
      return readStreamEvent('ChatHead', { conversation_id: 7, head: event.data.seq });
    case 'snapshot':
      return { kind: 'snapshot', conversation: model.conversation(side) };
    case 'hint': {
      const { seq: _, ...old } = event.data as WireEvent['data'] & { seq?: number };
      return readStreamEvent('ChatMessageReceived', old);
    }
  }
}

/** The state of a client that loads the same range now and has heard nothing before. */
function freshLoad(model: ModelConversation, side: Side, log: Log): unknown {
  if (log.phase === 'empty') throw new Error('nothing was loaded');
  const first = log.messages[0]?.seq ?? 0;
  const messages = model.shown(side).filter(({ seq }) => seq >= first);
  return { messages, conversation: model.conversation(side) };
}

function shownState(log: Log, side: Side): unknown {
  if (log.phase === 'empty') throw new Error('nothing was loaded');
  const { messages, conversation } = log;
  const unread = unreadOf(log, side, 0);
  // Fields of the agents' row that no event of the stream carries are brought by the inbox.
  const {
    site_id: _,
    last_message: __,
    last_activity_ms: ___,
    waiting_since: ____,
    ...own
  } = conversation as Conversation & Record<string, unknown>;
  return { messages, conversation: { ...own, unread } };
}

test('[SYNC-5][SYNC-12] a read mark that was heard before the log is loaded counts in what is not loaded', () => {
  const model = newModel();
  for (let now_ms = 1; now_ms <= 6; now_ms += 1) {
    model.send({ senderType: 'visitor', text: 'text', clientMessageId: null }, now_ms);
  }
  const page = ask(model, emptyLog(), 'agent', 'newest');
  const read = model.markRead('agent', 1).agent;
  const client = new Client('agent', model);
  client.take(read === undefined ? null : newsOf(read));
  client.take(page);
  client.catchUp();
  expect(shownState(client.log, 'agent')).toEqual(freshLoad(model, 'agent', client.log));
});

describe.each(['visitor', 'agent'] as const)('the log of the %s', (side) => {
  test('[SYNC-4][SYNC-5] any mixture of events and fetches ends as a fresh load', () => {
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 20, maxLength: 120 }),
        fc.array(command, { minLength: 6, maxLength: 20 }),
        (steps, history) => {
          const model = newModel();
          let now_ms = Date.UTC(2026, 0, 1);
          for (const past of history) perform(model, past, (now_ms += 1_000));
          const client = new Client(side, model);
          const events: WireEvent[] = [];
          const answers: Change[] = [];
          for (const next of steps) {
            switch (next.kind) {
              case 'command': {
                const event = perform(model, next.command, (now_ms += 1_000))[side];
                if (event !== undefined) events.push(event);
                break;
              }
              case 'next':
                client.take(client.nextOf(events));
                break;
              case 'ask':
                answers.push(ask(model, client.log, side, next.page));
                break;
              case 'answer':
                // Mostly one of the last, which the state has not left behind yet.
                client.take(
                  answers.at(-1 - (next.which % Math.min(4, answers.length || 1))) ?? null,
                );
                break;
              default: {
                const event = events[next.which % Math.max(1, events.length)];
                if (event !== undefined) client.take(delivered(next.kind, event, model, side));
              }
            }
          }
          client.catchUp();
          expect(shownState(client.log, side)).toEqual(freshLoad(model, side, client.log));
        },
      ),
      { numRuns: 600 },
    );
  });

  test('[SYNC-5] every command: stale state and its events are the fresh load, without a fetch', () => {
    fc.assert(
      fc.property(
        fc.array(command, { minLength: 20, maxLength: 40 }),
        fc.array(command, { minLength: 1, maxLength: 20 }),
        (history, commands) => {
          const model = newModel();
          let now_ms = Date.UTC(2026, 0, 1);
          for (const past of history) perform(model, past, (now_ms += 1_000));
          const client = new Client(side, model);
          client.take({ kind: 'newest', page: model.newest(side, 5) });
          for (const next of commands) {
            const event = perform(model, next, (now_ms += 1_000))[side];
            if (event === undefined) continue;
            client.take(newsOf(event));
            // How many are unread in history that is not loaded, only the server can count.
            const recount = client.log.phase === 'loaded' && client.log.recount;
            expect(needOf(client.log)).toBe(recount ? 'after' : 'none');
            if (recount) client.catchUp();
            expect(shownState(client.log, side)).toEqual(freshLoad(model, side, client.log));
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

test('[SYNC-4] an event after a gap is kept until the fetch, then shown without another event', () => {
  const model = newModel();
  const client = new Client('visitor', model);
  client.take({ kind: 'newest', page: model.newest('visitor') });
  const say = (text: string) =>
    model.send({ senderType: 'agent', text, clientMessageId: null }, 1_000).published.visitor;
  say('lost');
  const missed = model.after('visitor', 0);
  const third = say('after the gap');
  if (third === undefined) throw new Error('the visitor sees it');

  client.take(newsOf(third));
  expect(client.log).toMatchObject({ messages: [], cursor: 0 });
  expect(needOf(client.log)).toBe('after');

  client.take({ kind: 'after', after: 0, page: missed });
  expect(client.log).toMatchObject({ messages: [{ text: 'lost' }, { text: 'after the gap' }] });
  expect(needOf(client.log)).toBe('none');
});

test('[SPEC §4] what a snapshot or an older page told ahead of the events does not go back', () => {
  const model = newModel();
  const say = (text: string) =>
    model.send({ senderType: 'agent', text, clientMessageId: null }, 1_000).stored;
  const [first] = [say('1'), say('2'), say('3')];
  const client = new Client('visitor', model);
  client.take({ kind: 'newest', page: model.newest('visitor', 1) });
  const events = [
    model.markRead('visitor', 1),
    model.edit(first, 'once', 2_000),
    model.edit(first, 'twice', 3_000),
    model.markRead('visitor', 2),
  ];
  client.take({ kind: 'before', before: 3, page: model.before('visitor', 3) });
  for (const { visitor } of events) {
    if (visitor === undefined) throw new Error('the visitor sees it');
    client.take(newsOf(visitor));
    expect(client.log).toMatchObject({
      messages: [{ text: 'twice' }, { text: '2' }, { text: '3' }],
      conversation: { visitor_read_up_to: 2 },
    });
  }
});

test('a server that was set back to an older state is loaded anew', () => {
  const ahead = newModel();
  for (const text of ['a', 'b', 'c']) {
    ahead.send({ senderType: 'agent', text, clientMessageId: null }, 1_000);
  }
  const restored = newModel();
  restored.send({ senderType: 'agent', text: 'a', clientMessageId: null }, 1_000);
  const loaded = apply<Conversation>(
    emptyLog(),
    { kind: 'newest', page: ahead.newest('visitor') },
    'visitor',
  ).state;
  const { state, need } = apply<Conversation>(
    loaded,
    { kind: 'after', after: 3, page: restored.after('visitor', 3) },
    'visitor',
  );
  expect({ phase: state.phase, need }).toEqual({ phase: 'empty', need: 'newest' });
});
