import { expect, test } from 'vitest';
import type { AgentChat } from './agent-chat.ts';
import type { OpenConversation } from './agent-conversation.ts';
import type { Side } from './conversation-log.ts';
import type { ModelConversation } from './testing/model-conversation.ts';
import { SimulatedPage } from './testing/simulated-browser.ts';
import { NO_FAULTS } from './testing/simulated-network.ts';
import { REFUSED_TEXT } from './testing/simulated-server.ts';
import { rowsOf, Simulation, Watcher, type ProvidersInUse } from './testing/simulation.ts';
import type { LogMessage } from './view.ts';
import type { VisitorChat } from './visitor-chat.ts';

/** A seed that failed once goes here, with what it was. */
const SEEDS = Array.from({ length: 40 }, (_, index) => index + 1);
const PROVIDERS: readonly ProvidersInUse[] = [
  'pusher and reverb',
  'reverb',
  'reverb without heads',
  'polling',
];

/** One who writes: a tab of the visitor, or an agent with the conversation open. */
interface Writer {
  readonly name: string;
  readonly page: SimulatedPage;
  readonly watcher: Watcher;
  readonly chat: VisitorChat | OpenConversation;
  /** client_message_ids in the order of typing; those sent again stand at their last place. */
  typed: string[];
  /** New messages that were announced: a sound each. */
  readonly heard: number[];
  /** Only looks on: has to learn of everything from others. */
  readonly silent: boolean;
}

class Story {
  readonly world: Simulation;
  readonly writers: Writer[] = [];
  readonly agent: AgentChat;
  readonly visitors: VisitorChat[];
  readonly #agentPage = new SimulatedPage();
  #texts = 0;

  constructor(seed: number, providers: ProvidersInUse) {
    this.world = new Simulation(seed, providers);
    this.visitors = ['tab 1', 'tab 2', 'onlooker'].map((name) => {
      const page = new SimulatedPage();
      const chat = this.world.visitor(name, page);
      const watcher = new Watcher(
        [chat.view, chat.pending],
        () => rowsOf(chat),
        this.#placeIn('visitor'),
      );
      this.#join({ name, page, watcher, chat, silent: name === 'onlooker' });
      chat.start();
      return chat;
    });
    this.agent = this.world.agent('agent', this.#agentPage);
    this.agent.start();
  }

  #join(writer: Omit<Writer, 'typed' | 'heard'>): void {
    const heard: number[] = [];
    const { chat } = writer;
    if ('pending' in chat) chat.on('message', ({ id }) => heard.push(id ?? 0));
    this.writers.push({ ...writer, typed: [], heard });
  }

  /** The agent opens the conversation as soon as it is in the inbox. */
  openForAgent(): void {
    const [entry] = this.agent.inbox.get().entries;
    if (entry === undefined || this.writers.some(({ name }) => name === 'agent')) return;
    const chat = this.agent.open(entry.id);
    const watcher = new Watcher([chat.view], () => rowsOf(chat), this.#placeIn('agent'));
    this.#join({ name: 'agent', page: this.#agentPage, watcher, chat, silent: false });
  }

  #placeIn(side: Side): (key: string) => number | null {
    return (key) =>
      this.conversation?.shown(side).find((message) => message.client_message_id === key)?.seq ??
      null;
  }

  get conversation(): ModelConversation | undefined {
    return [...this.world.server.conversations.values()].at(-1);
  }

  type(writer: Writer): void {
    if (writer.silent) return;
    this.#texts += 1;
    const isRefused = this.world.random.chance(0.05);
    writer.typed.push(writer.chat.send(isRefused ? REFUSED_TEXT : `text ${this.#texts}`));
  }

  retryOne(writer: Writer): void {
    const failed = rowsOf(writer.chat).find(({ state }) => state === 'failed');
    if (failed === undefined) return;
    writer.watcher.retried(failed.key);
    writer.chat.retry(failed.key);
    writer.typed = [...writer.typed.filter((id) => id !== failed.key), failed.key];
  }

  /** Something happens, whatever it is. */
  step(): void {
    const { random, network, server, openSockets, clock } = this.world;
    const { faults } = network;
    const writer = random.pick(this.writers);
    const socket = openSockets.size > 0 ? random.pick([...openSockets]) : null;
    const { conversation } = this;
    const happenings: (() => void)[] = [
      ...Array.from({ length: 8 }, () => () => this.type(writer)),
      () => this.retryOne(writer),
      () => writer.chat.seen(rowsOf(writer.chat).at(-1)?.seq ?? 0),
      () => writer.chat.composing(`t${clock.now_ms()}`),
      () => void writer.chat.loadOlder().catch(() => undefined),
      () => this.openForAgent(),
      () => writer.page.send('hidden'),
      () => writer.page.send('visible'),
      () => writer.page.send('offline'),
      () => writer.page.send('online'),
      () => writer.page.send('pagehide'),
      () => writer.page.send('pageshow'),
      () => socket?.close(),
      () => socket?.silence(),
      () => {
        for (const each of Array.from(openSockets)) each.close();
        server.restart();
      },
      () => {
        faults.http = random.pick(['up', 'up', 'down', 'hang']);
      },
      () => {
        faults.lostRequests = random.pick([0, 0.2]);
        faults.lostAnswers = random.pick([0, 0.3]);
        faults.hangingAnswers = random.pick([0, 0, 0.2]);
      },
      () => {
        faults.cut_ms = random.pick([Number.POSITIVE_INFINITY, 3_000]);
      },
      () => {
        faults.pusher = random.pick(['up', 'refuse', 'hang']);
        faults.reverb = random.pick(['up', 'refuse', 'hang']);
      },
      () => {
        faults.lostEvents = random.pick([0, 0.2]);
        faults.repeatedEvents = random.pick([0, 0.2]);
        faults.overtakenEvents = random.pick([0, 0.2]);
      },
      () => network.heal(),
      () => {
        const message = conversation?.messages.at(-random.pick([1, 2, 12]));
        if (conversation === undefined || message === undefined) return;
        server.change(conversation, conversation.edit(message, 'edited', clock.now_ms()));
      },
      () => {
        const status = random.pick(['open', 'pending', 'resolved'] as const);
        if (conversation !== undefined) server.change(conversation, conversation.patch({ status }));
      },
    ];
    random.pick(happenings)();
  }

  async run(steps: number): Promise<void> {
    const { random, clock } = this.world;
    for (let step = 0; step < steps; step += 1) {
      this.step();
      await clock.advance(random.pick([0, 10, 100, 1_000, 5_000, 20_000]));
    }
  }

  /** Everything works again. Nobody is told of it; only a page that was left has to be returned to. */
  async heal(): Promise<void> {
    const { network, clock } = this.world;
    network.heal();
    for (const { page } of this.writers) page.send('pageshow');
    await clock.advance(120_000);
    // What a socket lost without a trace, the next event shows to be missing.
    this.openForAgent();
    await clock.advance(5_000);
    for (const writer of this.writers) this.type(writer);
    await clock.advance(30_000);
  }
}

/** What the server has of a writer's messages, in its order. */
function committed(conversation: ModelConversation, typed: readonly string[]): string[] {
  return conversation.messages.flatMap(({ clientMessageId }) =>
    clientMessageId !== null && typed.includes(clientMessageId) ? [clientMessageId] : [],
  );
}

function failedOf(rows: readonly LogMessage[]): string[] {
  return rows.filter(({ state }) => state === 'failed').map(({ key }) => key);
}

const runs = PROVIDERS.flatMap((providers) => SEEDS.map((seed) => ({ providers, seed })));

test.each(runs)(
  '[SYNC-5][SYNC-9][SYNC-10][RT-3][RT-4] $providers, seed $seed: after any mischief everybody has everything, once, in order',
  async ({ providers, seed }) => {
    const story = new Story(seed, providers);
    const { world } = story;
    await story.run(120);
    await story.heal();
    for (const { chat } of story.writers) chat.seen(Number.MAX_SAFE_INTEGER);
    await world.clock.advance(30_000);

    const { conversation } = story;
    if (conversation === undefined) throw new Error('nobody wrote: the seed shows nothing');
    for (const { name, chat, typed, watcher, heard } of story.writers) {
      const side = name === 'agent' ? 'agent' : 'visitor';
      const rows = rowsOf(chat);
      // What was typed is there, once, in the order of typing, or it says that it failed.
      const failed = failedOf(rows);
      expect(committed(conversation, typed)).toEqual(typed.filter((id) => !failed.includes(id)));
      // What is shown is what a fresh load shows.
      const first = rows.find(({ seq }) => seq !== null)?.seq ?? 0;
      const fresh = conversation.shown(side).filter(({ seq }) => seq >= first);
      const shown = rows.filter(({ state }) => state !== 'failed');
      expect(shown.map(({ id, seq, text }) => ({ id, seq, text }))).toEqual(
        fresh.map(({ id, seq, text }) => ({ id, seq, text })),
      );
      expect(watcher.faults).toEqual([]);
      // One sound for each message.
      expect(new Set(heard).size).toBe(heard.length);
    }
    expect(conversation.conversation('visitor').unread).toBe(0);
    expect(story.visitors.map((chat) => chat.unread.get())).toEqual([0, 0, 0]);
    expect(world.network.pollsMax).toBeLessThanOrEqual(1);
    const best = world.server.realtime.realtimeProvider;
    for (const chat of [...story.visitors, story.agent]) {
      expect(chat.realtime.get()).toMatchObject({ realtimeProvider: best, trouble: 'none' });
    }
    await expectIdle(story);
  },
  30_000,
);

/** [SYNC-11] Live and idle: no request at all. Polling: one loop, and no more than it needs. */
async function expectIdle({ world }: Story): Promise<void> {
  const before = world.network.requests.length;
  await world.clock.advance(60_000);
  const made = world.network.requests.length - before;
  if (world.server.realtime.realtimeProvider === 'polling')
    expect(made).toBeLessThanOrEqual(4 * 35);
  else expect(made).toBe(0);
}

test('the simulation starts without faults', () => {
  expect(new Simulation(1, 'reverb').network.faults).toEqual(NO_FAULTS);
});
