import { describe, expect, test } from 'vitest';
import type { AgentChat } from './agent-chat-interface.ts';
import type { OpenConversation } from './agent-conversation.ts';
import type { ModelConversation } from './testing/model-conversation.ts';
import { SimulatedPage } from './testing/simulated-browser.ts';
import { rowsOf, Simulation, type ProvidersInUse } from './testing/simulation.ts';
import type { VisitorChat } from './visitor-chat-interface.ts';

/** A visitor and an agent who have the same conversation open. */
class Talk {
  readonly world: Simulation;
  readonly page = new SimulatedPage();
  readonly visitor: VisitorChat;
  readonly agent: AgentChat;
  readonly heard: string[] = [];
  #open: OpenConversation | null = null;

  constructor(providers: ProvidersInUse, seed = 1) {
    this.world = new Simulation(seed, providers);
    this.visitor = this.world.visitor('visitor', this.page);
    this.agent = this.world.agent('agent');
    this.visitor.on('message', ({ text }) => this.heard.push(text));
  }

  async begin(): Promise<this> {
    this.visitor.start();
    this.agent.start();
    this.visitor.send('hello');
    await this.pass(8_000);
    this.#open = this.agent.open(this.conversation.id);
    await this.pass(2_000);
    return this;
  }

  get open(): OpenConversation {
    if (this.#open === null) throw new Error('nobody began');
    return this.#open;
  }

  get conversation(): ModelConversation {
    const [conversation] = this.world.server.conversations.values();
    if (conversation === undefined) throw new Error('nobody wrote');
    return conversation;
  }

  async pass(duration_ms: number): Promise<void> {
    await this.world.clock.advance(duration_ms);
  }

  /** Texts as both sides show them. */
  get shown(): { visitor: string[]; agent: string[] } {
    return {
      visitor: rowsOf(this.visitor).map(({ text }) => text),
      agent: rowsOf(this.open).map(({ text }) => text),
    };
  }

  get providers(): (string | null)[] {
    return [this.visitor, this.agent].map((chat) => chat.realtime.get().realtimeProvider);
  }

  /** How many requests are made in so much time, of those whose path holds this. */
  async requestsIn(duration_ms: number, part = ''): Promise<number> {
    const before = this.world.network.count(part);
    await this.pass(duration_ms);
    return this.world.network.count(part) - before;
  }

  get sockets(): string[] {
    return [...this.world.openSockets].map(({ client, name }) => `${client} ${name}`).sort();
  }
}

async function talk(providers: ProvidersInUse): Promise<Talk> {
  return new Talk(providers).begin();
}

describe('providers', () => {
  test('[RT-1] pusher is live: the own server is left alone, and nothing polls', async () => {
    const { providers, sockets, world, visitor } = await talk('pusher and reverb');
    expect({ providers, sockets }).toEqual({
      providers: ['pusher', 'pusher'],
      sockets: ['agent pusher', 'visitor pusher'],
    });
    expect([...world.network.polls.values()].every((count) => count === 0)).toBe(true);
    expect(visitor.realtime.get()).toEqual({
      realtimeProvider: 'pusher',
      realtimeConnected: true,
      channelSubscription: 'private-chat.conversation.1',
      trouble: 'none',
    });
  });

  test.each(['refuse', 'hang'] as const)(
    '[RT-1][RT-2] pusher: %s → reverb; pusher again → pusher, and reverb is given up',
    async (fault) => {
      const one = new Talk('pusher and reverb');
      one.world.network.faults.pusher = fault;
      await one.begin();
      expect(one.providers).toEqual(['reverb', 'reverb']);
      one.open.send('by reverb');
      await one.pass(200);
      expect(one.shown.visitor).toEqual(['hello', 'by reverb']);

      one.world.network.heal();
      await one.pass(60_000);
      expect(one.providers).toEqual(['pusher', 'pusher']);
      expect(one.sockets).toEqual(['agent pusher', 'visitor pusher']);
    },
  );

  test.each(['refuse', 'hang'] as const)(
    '[RT-2][RT-3] sockets: %s → polling at once, within one round trip; then live again, polling over',
    async (fault) => {
      const one = new Talk('reverb');
      one.world.network.faults.reverb = fault;
      await one.begin();
      expect(one.providers).toEqual(['polling', 'polling']);
      expect(one.visitor.realtime.get()).toMatchObject({
        realtimeConnected: false,
        trouble: 'none',
      });
      one.open.send('by polling');
      await one.pass(200);
      one.visitor.send('and back');
      await one.pass(200);
      expect(one.shown).toEqual({
        visitor: ['hello', 'by polling', 'and back'],
        agent: ['hello', 'by polling', 'and back'],
      });

      one.world.network.heal();
      await one.pass(60_000);
      expect(one.providers).toEqual(['reverb', 'reverb']);
      expect(await one.requestsIn(60_000)).toBe(0);
    },
  );

  test('[RT-2] polling fills in before a hanging provider is passed over', async () => {
    const one = new Talk('reverb');
    one.world.network.faults.reverb = 'hang';
    one.visitor.start();
    await one.pass(1_500);
    expect(one.visitor.realtime.get().realtimeProvider).toBe('polling');
  });

  test('[RT-3] 20 flaps: never two loops, and none is left', async () => {
    const one = await talk('reverb');
    for (let flap = 0; flap < 20; flap += 1) {
      for (const socket of Array.from(one.world.openSockets)) socket.close();
      await one.pass(one.world.random.between(100, 4_000));
    }
    await one.pass(60_000);
    expect(one.world.network.pollsMax).toBe(1);
    expect(one.providers).toEqual(['reverb', 'reverb']);
    expect(await one.requestsIn(60_000)).toBe(0);
  });

  test('[RT-3] a proxy that cuts long requests: plain intervals, and long ones again later', async () => {
    const one = new Talk('polling');
    one.world.network.faults.cut_ms = 3_000;
    await one.begin();
    await one.pass(20_000);
    const plain = await one.requestsIn(20_000, '/chatbot/updates');
    expect(plain).toBeGreaterThan(8);
    expect(plain).toBeLessThan(14);
    one.open.send('between two requests');
    await one.pass(2_600);
    expect(one.heard).toEqual(['between two requests']);

    one.world.network.heal();
    await one.pass(130_000);
    expect(await one.requestsIn(50_000, '/chatbot/updates')).toBeLessThanOrEqual(3);
  });

  test('[RT-3] a poll that is answered at once and empty does not spin', async () => {
    const one = new Talk('polling');
    one.world.server.realtime.polling.wait_s = 0;
    await one.begin();
    expect(await one.requestsIn(20_000, '/chatbot/updates')).toBeLessThan(14);
  });
});

const outages = (['reverb', 'polling'] as const).flatMap((providers) =>
  [500, 1_000, 5_000, 20_000, 600_000].map((outage_ms) => ({ providers, outage_ms })),
);

describe('recovery', () => {
  test.each(outages)(
    '[RT-4] $providers, the server is gone for $outage_ms ms: both are there again by themselves, nothing lost or twice',
    async ({ providers, outage_ms }) => {
      const one = await talk(providers);
      const { network, server, openSockets } = one.world;
      network.faults.http = 'down';
      network.faults.reverb = 'refuse';
      for (const socket of Array.from(openSockets)) socket.close();
      server.restart();
      one.visitor.send('into the outage');
      one.open.send('from the other side');
      await one.pass(outage_ms);
      network.heal();
      // 30 s to the next attempt at the most, and the attempt itself.
      await one.pass(32_000);
      expect(one.providers).toEqual([providers, providers]);
      expect([...one.shown.visitor].sort()).toEqual([
        'from the other side',
        'hello',
        'into the outage',
      ]);
      expect(one.shown.agent).toEqual(one.shown.visitor);
      expect(one.heard).toEqual(['from the other side']);
    },
  );

  test('[RT-3] a connection that was lost before it was caught up does not count as live later', async () => {
    const one = await talk('reverb without heads');
    const { network, openSockets } = one.world;
    const drop = () => {
      for (const socket of Array.from(openSockets)) socket.close();
    };
    drop();
    await one.pass(500);
    network.faults.hangingAnswers = 1;
    await one.pass(4_000);
    network.faults.reverb = 'refuse';
    drop();
    await one.pass(1_000);
    network.faults.hangingAnswers = 0;
    await one.pass(20_000);
    expect(one.providers).toEqual(['polling', 'polling']);
    one.open.send('by polling');
    await one.pass(500);
    expect(one.heard).toEqual(['by polling']);
  });

  test('[RT-4] whoever sees first that the server is back wakes the others', async () => {
    const one = await talk('reverb');
    const { network, openSockets } = one.world;
    Object.assign(network.faults, { http: 'down', reverb: 'refuse' });
    for (const socket of Array.from(openSockets)) socket.close();
    await one.pass(600_000);
    network.heal();
    const { realtime } = one.visitor;
    for (let waited_ms = 0; realtime.get().realtimeProvider === null; waited_ms += 100) {
      expect(waited_ms).toBeLessThan(32_000);
      await one.pass(100);
    }
    await one.pass(1_000);
    expect(realtime.get().realtimeProvider).toBe('reverb');
  });

  test('[SPEC §4] an event without seq says only that something is new', async () => {
    const one = await talk('reverb');
    one.world.network.faults.lostEvents = 1;
    one.open.send('its event is lost');
    await one.pass(1_000);
    one.world.network.heal();
    expect(one.heard).toEqual([]);
    const channel = 'private-chat.conversation.1';
    for (const socket of one.world.server.sockets) {
      if (socket.channels.has(channel)) socket.receive(channel, 'ChatMessageReceived', { id: 2 });
    }
    await one.pass(500);
    expect(one.heard).toEqual(['its event is lost']);
  });

  test('[RT-4] within 2 s after a short loss', async () => {
    const one = await talk('reverb');
    for (const socket of Array.from(one.world.openSockets)) socket.close();
    await one.pass(2_500);
    expect(one.providers).toEqual(['reverb', 'reverb']);
  });

  test.each(['online', 'visible'] as const)('[RT-4] at once when the page is %s', async (event) => {
    const one = await talk('reverb');
    const { network, openSockets } = one.world;
    network.faults.reverb = 'refuse';
    network.faults.http = 'down';
    for (const socket of Array.from(openSockets)) socket.close();
    await one.pass(300_000);
    network.heal();
    one.page.send(event);
    await one.pass(1_000);
    expect(one.visitor.realtime.get().realtimeProvider).toBe('reverb');
  });

  test('[RT-8] a socket that is silently dead is noticed within 40 s', async () => {
    const one = await talk('reverb');
    for (const socket of one.world.openSockets) socket.silence();
    one.open.send('into the dead socket');
    await one.pass(42_000);
    expect(one.heard).toEqual(['into the dead socket']);
    expect(one.providers).toEqual(['reverb', 'reverb']);
  });

  test('[RT-6] a page that is looked at again is right within one fetch, its socket dead or not', async () => {
    const one = await talk('reverb');
    one.page.send('hidden');
    for (const socket of one.world.openSockets) socket.silence();
    one.open.send('while asleep');
    await one.pass(1_000);
    expect(one.heard).toEqual([]);
    const before = one.world.network.count('GET /api/chatbot/conversation');
    one.page.send('visible');
    await one.pass(300);
    expect(one.heard).toEqual(['while asleep']);
    expect(one.world.network.count('GET /api/chatbot/conversation')).toBe(before + 1);
  });

  test('[SYNC-6] on the own server a reconnect with nothing missed asks for no messages', async () => {
    let unaided = 0;
    for (let seed = 1; seed <= 10; seed += 1) {
      const one = await new Talk('reverb', seed).begin();
      for (const socket of Array.from(one.world.openSockets)) socket.close();
      const { network } = one.world;
      const clients = ['visitor', 'agent'] as const;
      const asked = () => clients.map((client) => network.count('conversation/', client));
      const polled = () => clients.map((client) => network.count('/updates', client));
      const before = { asked: asked(), polled: polled() };
      await one.pass(8_000);
      expect(one.providers).toEqual(['reverb', 'reverb']);
      for (const index of clients.keys()) {
        // Where polling filled in for a moment, its first answer compared heads.
        if (polled()[index] === before.polled[index]) unaided += 1;
        expect(asked()[index]).toBe(before.asked[index]);
      }
    }
    expect(unaided).toBeGreaterThan(0);
  });

  test('[SYNC-6] a visitor without a conversation asks once, and not again at each connection', async () => {
    const world = new Simulation(1, 'reverb');
    const visitor = world.visitor('visitor');
    visitor.start();
    await world.clock.advance(10_000);
    expect(world.network.count('init')).toBe(1);
    for (let loss = 0; loss < 3; loss += 1) {
      world.network.faults.http = 'down';
      for (const socket of Array.from(world.openSockets)) socket.close();
      await world.clock.advance(5_000);
      world.network.heal();
      await world.clock.advance(60_000);
    }
    expect(world.network.count('/updates')).toBeGreaterThan(0);
    expect(world.network.count('init')).toBe(1);

    // One that an agent began while nobody listened is found at the next connection.
    const asked = world.network.count('init');
    for (const socket of Array.from(world.openSockets)) socket.close();
    const other = world.visitor('other tab');
    other.start();
    other.send('from the other tab');
    await world.clock.advance(60_000);
    expect(rowsOf(visitor).map(({ text }) => text)).toEqual(['from the other tab']);
    expect(world.network.count('init')).toBeGreaterThan(asked);
  });

  test('[RT-8] hosted Pusher that takes subscribers, but no events: noticed within five minutes, left, and taken again within a minute of its return', async () => {
    const one = await talk('pusher and reverb');
    one.world.server.degraded = ['pusher'];
    one.open.send('unheard');
    await one.pass(310_000);
    expect(one.shown.visitor).toEqual(['hello', 'unheard']);
    expect(one.providers).toEqual(['reverb', 'reverb']);
    one.open.send('by the own server');
    await one.pass(200);
    expect(one.heard.at(-1)).toBe('by the own server');

    // Who comes now is told so with the configuration.
    const page = new SimulatedPage();
    const newcomer = one.world.visitor('newcomer', page);
    newcomer.start();
    await one.pass(1_000);
    expect(newcomer.realtime.get().realtimeProvider).toBe('reverb');
    newcomer.destroy();

    one.world.server.degraded = [];
    await one.pass(60_000);
    expect(one.providers).toEqual(['pusher', 'pusher']);
    expect(one.sockets).toEqual(['agent pusher', 'visitor pusher']);
  });

  test('[RT-4][RT-8] who came while a provider took no events, and polls, gets it within a poll of its return', async () => {
    const world = new Simulation(7, 'reverb without heads');
    world.server.degraded = ['reverb'];
    const visitor = world.visitor('visitor');
    visitor.start();
    await world.clock.advance(60_000);
    expect(visitor.realtime.get()).toMatchObject({ realtimeProvider: 'polling', trouble: 'none' });
    expect(world.openSockets.size).toBe(0);
    world.server.degraded = [];
    await world.clock.advance(30_000);
    expect(visitor.realtime.get().realtimeProvider).toBe('reverb');
  });

  test('[RT-8] a hidden page asks for nothing', async () => {
    const one = await talk('pusher and reverb');
    one.page.send('hidden');
    const before = one.world.network.count('', 'visitor');
    await one.pass(1_200_000);
    expect(one.world.network.count('', 'visitor')).toBe(before);
  });

  test('[RT-8][SYNC-11] on the own server nothing is asked, however long it is quiet', async () => {
    const one = await talk('reverb');
    expect(await one.requestsIn(3_600_000)).toBe(0);
  });

  test('[RT-6] pagehide gives everything up, pageshow takes it back; hidden tabs keep it', async () => {
    const one = await talk('reverb');
    one.page.send('hidden');
    await one.pass(60_000);
    expect(one.sockets).toEqual(['agent reverb', 'visitor reverb']);
    one.page.send('pagehide');
    await one.pass(10_000);
    expect(one.sockets).toEqual(['agent reverb']);
    expect(await one.requestsIn(60_000)).toBe(0);
    one.open.send('meanwhile');
    await one.pass(1_000);
    one.page.send('pageshow');
    await one.pass(1_000);
    expect(one.sockets).toEqual(['agent reverb', 'visitor reverb']);
    expect(one.heard).toEqual(['meanwhile']);
  });

  test.each([0, 3_000])(
    '[RT-6][SYNC-6] a restored page is right within one fetch, its socket there in %i ms or later',
    async (late_ms) => {
      const one = await talk('reverb');
      one.page.send('pagehide');
      await one.pass(60_000);
      one.open.send('meanwhile');
      await one.pass(1_000);
      const fetched = () => one.world.network.count('GET /api/chatbot/conversation', 'visitor');
      const polled = () => one.world.network.count('/updates', 'visitor');
      const before = { fetched: fetched(), polled: polled() };
      if (late_ms > 0) one.world.network.faults.reverb = 'hang';
      one.page.send('pageshow');
      await one.pass(late_ms);
      one.world.network.heal();
      await one.pass(30_000);
      expect(one.heard).toEqual(['meanwhile']);
      expect(one.providers).toEqual(['reverb', 'reverb']);
      expect(polled() > before.polled).toBe(late_ms > 0);
      expect(fetched()).toBe(before.fetched + 1);
    },
  );

  test('[SYNC-6] pageshow of a page that was never left costs nothing', async () => {
    const one = await talk('reverb');
    one.page.send('pageshow');
    expect(await one.requestsIn(10_000)).toBe(0);
  });

  test('RT-1: a person is told of trouble that lasts, not of a moment', async () => {
    const one = await talk('reverb');
    const told: string[] = [];
    one.visitor.realtime.subscribe(() => told.push(one.visitor.realtime.get().trouble));
    for (const socket of Array.from(one.world.openSockets)) socket.close();
    await one.pass(20_000);
    expect(new Set(told)).toEqual(new Set(['none']));
    Object.assign(one.world.network.faults, { http: 'down', reverb: 'refuse' });
    for (const socket of Array.from(one.world.openSockets)) socket.close();
    await one.pass(20_000);
    expect(one.visitor.realtime.get().trouble).toBe('connecting');
    one.page.send('offline');
    expect(one.visitor.realtime.get().trouble).toBe('offline');
  });
});

describe('opening a conversation', () => {
  test('[SYNC-5] one that was shown before, or fetched ahead, is there at once; what changed meanwhile follows', async () => {
    const one = await talk('reverb');
    const { id } = one.conversation;
    one.open.close();
    one.visitor.send('meanwhile');
    await one.pass(1_000);
    const again = one.agent.open(id);
    expect(rowsOf(again).map(({ text }) => text)).toEqual(['hello']);
    await one.pass(1_000);
    expect(rowsOf(again).map(({ text }) => text)).toEqual(['hello', 'meanwhile']);
    expect(again.view.get()).toMatchObject({
      conversation: { head: one.conversation.head('agent') },
    });
    again.close();

    const other = one.world.agent('other agent');
    other.start();
    await one.pass(5_000);
    const pages = () => one.world.network.count(`/admin/chatbot/${id}/messages`, 'other agent');
    for (let hovers = 0; hovers < 3; hovers += 1) other.prefetch(id);
    await one.pass(1_000);
    expect(pages()).toBe(1);
    one.visitor.send('and then');
    await one.pass(1_000);
    const ahead = other.open(id);
    expect(rowsOf(ahead).map(({ text }) => text)).toEqual(['hello', 'meanwhile']);
    await one.pass(1_000);
    expect(rowsOf(ahead).map(({ text }) => text)).toEqual(['hello', 'meanwhile', 'and then']);
  });
});

describe('files', () => {
  test('a page that is open for longer than addresses of files are good has new ones, read page by page, and asks for nothing else', async () => {
    const one = await talk('reverb');
    one.conversation.fileUrl = '/files/1/a.pdf?expires=1';
    for (let count = 0; count < 25; count += 1) one.open.send(`file ${count}`);
    await one.pass(60_000);
    const urls = () =>
      [one.visitor.view.get()?.messages ?? [], rowsOf(one.open)].map(
        (rows) => new Set(rows.flatMap(({ attachments }) => attachments.map(({ url }) => url))),
      );
    expect(urls()).toEqual([
      new Set(['/files/1/a.pdf?expires=1']),
      new Set(['/files/1/a.pdf?expires=1']),
    ]);
    const before = one.shown;

    one.conversation.fileUrl = '/files/1/a.pdf?expires=2';
    // Nobody looks: it can wait.
    one.page.send('hidden');
    expect(await one.requestsIn(20 * 3_600_000, '/api/chatbot/conversation')).toBe(0);
    const asked = one.world.network.count('/api/chatbot/conversation');
    one.page.send('visible');
    await one.pass(5_000);
    // The heads, and three pages of ten: the model's.
    expect(one.world.network.count('/api/chatbot/conversation') - asked).toBe(4);
    expect(urls()).toEqual([
      new Set(['/files/1/a.pdf?expires=2']),
      new Set(['/files/1/a.pdf?expires=2']),
    ]);
    expect(one.shown).toEqual(before);
    expect(await one.requestsIn(3_600_000, '/messages')).toBe(0);
  });
});

describe('sessions', () => {
  test('nothing is asked and no socket opened before start', async () => {
    const world = new Simulation(1, 'reverb');
    world.visitor('visitor');
    await world.clock.advance(600_000);
    expect({ requests: world.network.requests, sockets: world.openSockets.size }).toEqual({
      requests: [],
      sockets: 0,
    });
  });

  test('[SYNC-9] a token that is not known any more: a new session, and what was written is sent', async () => {
    const one = await talk('reverb');
    one.world.server.forgetVisitors();
    one.visitor.send('still here');
    await one.pass(5_000);
    expect(rowsOf(one.visitor)).toMatchObject([{ text: 'still here', state: 'sent' }]);
    expect(one.world.server.conversations.size).toBe(2);
  });

  test('a server that refuses each new session at once is not hammered', async () => {
    const one = await talk('reverb');
    one.world.server.forgetVisitors();
    one.world.server.isForgetful = true;
    one.visitor.send('again and again');
    expect(await one.requestsIn(120_000, 'init')).toBeLessThan(20);
    one.world.server.isForgetful = false;
    await one.pass(60_000);
    expect(rowsOf(one.visitor)).toMatchObject([{ text: 'again and again', state: 'sent' }]);
  });

  test('refused channels are no transport failure: the session is renewed, ever more slowly', async () => {
    const one = await talk('reverb');
    one.world.server.isRefusingChannels = true;
    for (const socket of Array.from(one.world.openSockets)) socket.close();
    const before = one.world.network.count('init', 'visitor');
    await one.pass(120_000);
    const renewed = one.world.network.count('init', 'visitor') - before;
    expect(renewed).toBeGreaterThan(0);
    expect(renewed).toBeLessThan(12);
    expect(one.visitor.realtime.get()).toMatchObject({ realtimeProvider: 'polling' });
    one.world.server.isRefusingChannels = false;
    await one.pass(60_000);
    expect(one.visitor.realtime.get().realtimeProvider).toBe('reverb');
  });

  test('[RT-6] tabs that begin at the same moment are one visitor; one that forgets, all forget', async () => {
    const world = new Simulation(3, 'reverb');
    const tabs = ['a', 'b', 'c'].map((name) => world.visitor(name));
    for (const tab of tabs) tab.start();
    await world.clock.advance(5_000);
    const idOf = (tab: VisitorChat) => {
      const phase = tab.phase.get();
      return phase.phase === 'ready' ? phase.visitor.id : phase.phase;
    };
    const [first] = tabs.map(idOf);
    expect(tabs.map(idOf)).toEqual([first, first, first]);
    tabs[1]?.send('from b');
    await world.clock.advance(2_000);
    expect(tabs.map((tab) => rowsOf(tab).map(({ text }) => text))).toEqual([
      ['from b'],
      ['from b'],
      ['from b'],
    ]);
    tabs[0]?.reset();
    await world.clock.advance(5_000);
    expect(tabs.map((tab) => rowsOf(tab))).toEqual([[], [], []]);
    expect([idOf(tabs[1] as VisitorChat), idOf(tabs[2] as VisitorChat)]).not.toContain(first);
    expect(tabs[0]?.phase.get()).toEqual({ phase: 'idle' });
  });

  test('an agent whose session ended is signed out, and what was written goes after the next sign-in', async () => {
    const one = await talk('reverb');
    one.world.server.isSignedIn = false;
    one.open.send('before the sign-in');
    await one.pass(1_000);
    expect(one.agent.phase.get().phase).toBe('signed-out');
    expect(one.agent.waiting.get()).toEqual([
      { conversationId: 1, count: 1, since_ms: one.world.clock.now_ms() - 1_000 },
    ]);
    expect(one.sockets).toEqual(['visitor reverb']);
    const signedIn = one.agent.signIn({ email: 'a@x.example', password: 'p' });
    await one.pass(5_000);
    await signedIn;
    expect(one.agent.waiting.get()).toEqual([]);
    expect(one.shown).toEqual({
      visitor: ['hello', 'before the sign-in'],
      agent: ['hello', 'before the sign-in'],
    });
  });
});

test('another agent who signs in neither sees nor sends what the one before wrote', async () => {
  const one = await talk('reverb');
  one.world.server.isSignedIn = false;
  one.open.send('of the agent before');
  await one.pass(1_000);
  one.world.server.agentId = 2;
  const signedIn = one.agent.signIn({ email: 'b@x.example', password: 'p' });
  await one.pass(60_000);
  await signedIn;
  expect(one.open.view.get()).toEqual({ status: 'not-found' });
  const again = one.agent.open(one.conversation.id);
  await one.pass(2_000);
  expect(rowsOf(again).map(({ text }) => text)).toEqual(['hello']);
  expect(one.conversation.messages).toHaveLength(1);
});

describe('what is shown', () => {
  test('[SYNC-10] the first message stands there at once, and stays the same row', async () => {
    const world = new Simulation(1, 'reverb');
    const visitor = world.visitor('visitor');
    visitor.start();
    const key = visitor.send('hello');
    expect(rowsOf(visitor)).toMatchObject([{ key, text: 'hello', state: 'sending', seq: null }]);
    await world.clock.advance(2_000);
    expect(visitor.view.get()?.messages).toMatchObject([{ key, state: 'sent', seq: 1 }]);
    expect(visitor.pending.get()).toEqual([]);
  });

  test('[SYNC-10] an answer that never comes holds nobody up: the event says as much', async () => {
    const one = await talk('reverb');
    one.world.network.faults.hangingAnswers = 1;
    one.visitor.send('a');
    one.visitor.send('b');
    await one.pass(1_000);
    expect(one.shown.agent).toEqual(['hello', 'a', 'b']);
    expect(rowsOf(one.visitor).map(({ state }) => state)).toEqual(['sent', 'sent', 'sent']);
  });

  test('[SYNC-12] seen messages are read: one request for many, nothing for one’s own', async () => {
    const one = await talk('reverb');
    for (const text of ['a', 'b', 'c']) one.open.send(text);
    await one.pass(2_000);
    expect(one.visitor.unread.get()).toBe(3);
    for (const { seq } of rowsOf(one.visitor)) one.visitor.seen(seq ?? 0);
    expect(one.visitor.unread.get()).toBe(0);
    await one.pass(2_000);
    expect(rowsOf(one.open).map(({ state }) => state)).toEqual(['sent', 'read', 'read', 'read']);
    one.visitor.send('mine');
    await one.pass(1_000);
    one.visitor.seen(Number.MAX_SAFE_INTEGER);
    await one.pass(1_000);
    expect(one.world.network.count('/read', 'visitor')).toBe(1);
  });

  test('[SPEC §4] typing is told at once, then every 3 s, and when it is over', async () => {
    const one = await talk('reverb');
    for (let letters = 1; letters <= 10; letters += 1) {
      one.visitor.composing('x'.repeat(letters));
      await one.pass(900);
    }
    expect(one.world.network.count('/typing', 'visitor')).toBe(4);
    one.visitor.composing('');
    await one.pass(100);
    expect(one.world.network.count('/typing', 'visitor')).toBe(5);
  });

  test('[SPEC §4] typing is shown with what is typed, passes by itself, and ends with the message', async () => {
    const one = await talk('reverb');
    const typing = () => {
      const view = one.open.view.get();
      return view.status === 'ready' ? view.typing : null;
    };
    one.visitor.composing('I would like');
    await one.pass(300);
    expect(typing()).toEqual({
      sender_type: 'visitor',
      sender_name: null,
      preview: 'I would like',
    });
    await one.pass(6_000);
    expect(typing()).toBeNull();
    one.visitor.composing('I would like to');
    await one.pass(300);
    one.visitor.send('I would like to know');
    await one.pass(300);
    expect(typing()).toBeNull();
    one.open.composing('Sure');
    await one.pass(300);
    expect(one.visitor.view.get()?.typing).toEqual({
      sender_type: 'agent',
      sender_name: 'Ann',
      preview: null,
    });
    one.open.composing('');
    await one.pass(300);
    expect(one.visitor.view.get()?.typing).toBeNull();
  });

  test('the agent hears of a new message in any conversation, once', async () => {
    const one = await talk('reverb');
    const heard: string[] = [];
    one.agent.on('message', ({ text, mine }) => heard.push(`${text} ${mine}`));
    one.open.close();
    one.visitor.send('again');
    await one.pass(1_000);
    expect(heard).toEqual(['again false']);
    // Nor again when the rows are fetched anew.
    for (const socket of Array.from(one.world.openSockets)) socket.close();
    await one.pass(10_000);
    expect(heard).toEqual(['again false']);
    Object.assign(one.world.network.faults, { reverb: 'refuse' });
    for (const socket of Array.from(one.world.openSockets)) socket.close();
    await one.pass(100);
    one.visitor.send('in the gap');
    await one.pass(10_000);
    expect(heard).toEqual(['again false', 'in the gap false']);
  });

  test('[RT-9] changes are readable lines, and nothing is said without them', async () => {
    const one = await talk('reverb');
    for (const socket of Array.from(one.world.openSockets)) socket.close();
    await one.pass(10_000);
    const lines = one.world.lines.filter((line) => line.includes('visitor:'));
    for (const part of [
      'reverb: connecting',
      'reverb: subscribed to private-chat.conversation.1',
      'reverb: live',
      'reverb: connection closed 1006',
      'events come by nothing',
      'events come by reverb',
      'message 1 in conversation 1, seq 1',
    ]) {
      expect(lines.some((line) => line.includes(part)) ? part : lines).toBe(part);
    }
  });
});
