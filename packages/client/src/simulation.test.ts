import { expect, test } from 'vitest';
import type { AgentChat } from './agent-chat-interface.ts';
import type { OpenConversation } from './agent-conversation.ts';
import type { Side } from './side.ts';
import type { ModelConversation } from './testing/model-conversation.ts';
import { SimulatedPage } from './testing/simulated-browser.ts';
import { NO_FAULTS } from './testing/simulated-network.ts';
import { REFUSED_TEXT } from './testing/simulated-server.ts';
import { rowsOf, Simulation, Watcher, type ProvidersInUse } from './testing/simulation.ts';
import type { LogMessage } from './view.ts';
import type { VisitorChat } from './visitor-chat-interface.ts';

const SEEDS = [
  ...Array.from({ length: 40 }, (_, index) => index + 1),
  // What failed once. Another tab had sent it, and it waited again when this one's request ended.
  17_040,
  // A disk that hung kept a refused message as it was before; who read it there asked nobody.
  17_339,
];
const PROVIDERS: readonly ProvidersInUse[] = [
  'pusher and reverb',
  'reverb',
  'reverb without heads',
  'polling',
];

/** In one browser, whose tabs share a connection and an outbox; or each in a browser of its own. */
const BROWSERS = ['one browser', 'browsers apart'] as const;
type Browsers = (typeof BROWSERS)[number];

/** One who writes: a tab of the visitor, or an agent with the conversation open. */
interface Writer {
  readonly name: string;
  page: SimulatedPage;
  watcher: Watcher;
  chat: VisitorChat | OpenConversation;
  /** client_message_ids in the order of typing; those sent again stand at their last place. */
  typed: string[];
  /** New messages that were announced: a sound each. */
  heard: number[];
  /** Only looks on: has to learn of everything from others. */
  readonly silent: boolean;
}

class Story {
  readonly world: Simulation;
  readonly writers: Writer[] = [];
  readonly agent: AgentChat;
  readonly #agentPage = new SimulatedPage();
  /** One person at one keyboard does not write in two tabs at once. */
  readonly #hand_ms: number;
  readonly #isOneBrowser: boolean;
  readonly #crashes: boolean;
  readonly #frozen = new Set<string>();
  #texts = 0;

  constructor(seed: number, providers: ProvidersInUse, browsers: Browsers) {
    this.world = new Simulation(seed, providers, { together: browsers === 'one browser' });
    this.#isOneBrowser = browsers === 'one browser';
    this.#hand_ms = this.#isOneBrowser ? 10 : 0;
    // What was written outlives a crash, or the disk fails: not both at once. */
    this.#crashes = this.#isOneBrowser && seed % 2 === 0;
    for (const name of ['tab 1', 'tab 2', 'onlooker']) {
      const silent = name === 'onlooker';
      this.writers.push({ name, typed: [], silent, ...this.#openTab(name) });
    }
    this.agent = this.world.agent('agent', this.#agentPage);
    this.agent.start();
  }

  #openTab(name: string): Pick<Writer, 'page' | 'chat' | 'watcher' | 'heard'> {
    const page = new SimulatedPage();
    const chat = this.world.visitor(name, page);
    const stores = [chat.view, chat.pending];
    const watcher = new Watcher(stores, () => rowsOf(chat), this.#placeIn('visitor'));
    const heard: number[] = [];
    chat.on('message', ({ id }) => heard.push(id ?? 0));
    chat.start();
    return { page, chat, watcher, heard };
  }

  get hasDiskFaults(): boolean {
    return this.#isOneBrowser && !this.#crashes;
  }

  get visitors(): VisitorChat[] {
    return this.writers.flatMap(({ chat }) => ('pending' in chat ? [chat] : []));
  }

  /** Crashed, and opened again by the visitor. */
  reload(writer: Writer): void {
    if (!this.#crashes || writer.name === 'agent') return;
    this.world.crash(writer.name);
    Object.assign(writer, this.#openTab(writer.name));
  }

  /** A tab stands still for a while, and is thawed by being looked at or not. */
  freezeOrThaw(writer: Writer): void {
    if (!this.#isOneBrowser || writer.name === 'agent') return;
    if (this.#frozen.delete(writer.name)) this.world.thaw(writer.name);
    else if (this.#frozen.size < 2) {
      this.#frozen.add(writer.name);
      this.world.freeze(writer.name);
    }
  }

  /** The agent opens the conversation as soon as it is in the inbox. */
  openForAgent(): void {
    const [entry] = this.agent.inbox.get().entries;
    if (entry === undefined || this.writers.some(({ name }) => name === 'agent')) return;
    const chat = this.agent.open(entry.id);
    const watcher = new Watcher([chat.view], () => rowsOf(chat), this.#placeIn('agent'));
    const page = this.#agentPage;
    this.writers.push({ name: 'agent', page, watcher, chat, typed: [], heard: [], silent: false });
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
    // Nobody writes on a page that was left, or stands still.
    const isGone = this.#isOneBrowser && (writer.page.away || this.#frozen.has(writer.name));
    if (writer.silent || isGone) return;
    this.#texts += 1;
    const isRefused = this.world.random.chance(0.05);
    writer.typed.push(writer.chat.send(isRefused ? REFUSED_TEXT : `text ${this.#texts}`));
  }

  retryOne(writer: Writer): void {
    if (this.#frozen.has(writer.name)) return;
    const failed = rowsOf(writer.chat).find(({ state }) => state === 'failed');
    if (failed === undefined) return;
    for (const { watcher } of this.writers) watcher.retried(failed.key);
    writer.chat.retry(failed.key);
    // In one browser every tab shows it; it stays the message of whoever typed it.
    const typist = this.writers.find(({ typed }) => typed.includes(failed.key)) ?? writer;
    typist.typed = [...typist.typed.filter((id) => id !== failed.key), failed.key];
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
      () => this.reload(writer),
      () => this.freezeOrThaw(writer),
      () => {
        if (!this.hasDiskFaults) return;
        this.world.outbox.fault = random.pick(['works', 'refuses', 'hangs']);
      },
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
      await clock.advance(random.pick([this.#hand_ms, 10, 100, 1_000, 5_000, 20_000]));
    }
  }

  /** Everything works again. Nobody is told of it; only a page that was left has to be returned to. */
  async heal(): Promise<void> {
    const { network, clock } = this.world;
    network.heal();
    this.world.outbox.fault = 'works';
    for (const name of this.#frozen) this.world.thaw(name);
    this.#frozen.clear();
    for (const { page } of this.writers) page.send('pageshow');
    await clock.advance(120_000);
    // What a socket lost without a trace, the next event shows to be missing.
    this.openForAgent();
    await clock.advance(5_000);
    for (const writer of this.writers) {
      this.type(writer);
      await clock.advance(this.#hand_ms);
    }
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

const runs = BROWSERS.flatMap((browsers) =>
  PROVIDERS.flatMap((providers) => SEEDS.map((seed) => ({ browsers, providers, seed }))),
);

test.each(runs)(
  '[SYNC-5][SYNC-9][SYNC-10][RT-3][RT-4] $browsers, $providers, seed $seed: after any mischief everybody has everything, once, in order',
  async ({ browsers, providers, seed }) => {
    const story = new Story(seed, providers, browsers);
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
      // Storage that hangs lets a later message of another tab go first: both stay, one moves.
      const order = story.hasDiskFaults ? /^order changed/ : /^nothing/;
      expect(watcher.faults.filter((fault) => !order.test(fault))).toEqual([]);
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

/**
 * [SYNC-11] Live and idle: no request at all; where the provider says no heads, each page looks once
 * in five minutes (RT-8). Polling: one loop, and no more than it needs.
 */
async function expectIdle({ world }: Story): Promise<void> {
  const { network, server } = world;
  const before = { all: network.requests.length, asked: network.count('/updates') };
  await world.clock.advance(60_000);
  const made = network.requests.length - before.all;
  const { realtimeProvider, reverb } = server.realtime;
  if (realtimeProvider === 'polling') expect(made).toBeLessThanOrEqual(4 * 35);
  else if (realtimeProvider === 'reverb' && reverb.heads) expect(made).toBe(0);
  else {
    expect(network.count('/updates') - before.asked).toBeLessThanOrEqual(4);
    // Each page: the question, its conversation, and the inbox or a newer conversation.
    expect(made).toBeLessThanOrEqual(4 * 3);
  }
}

test('the simulation starts without faults', () => {
  expect(new Simulation(1, 'reverb').network.faults).toEqual(NO_FAULTS);
});
