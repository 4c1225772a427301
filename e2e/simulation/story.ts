import type { Random } from '../../packages/client/src/testing/random.ts';
import type { Room, Seat } from './people.ts';
import { Cast, HANDS_MS } from './people.ts';
import type { ProvidersInUse, SimulatedServer } from './server.ts';
import { AGENTS, isAgent } from './identities.ts';
import type { World } from './world.ts';

/** What happens in a story: people who chat, and everything that can go wrong meanwhile. */
export class Story {
  readonly world: World;
  readonly cast: Cast;

  constructor(world: World) {
    this.world = world;
    this.cast = new Cast(world);
  }

  /** Who takes part; mostly few, for what many do takes long. */
  gather(): void {
    const { cast } = this;
    const { world } = this;
    const { random, nodes } = world;
    if (nodes.areSeveral) nodes.balancing = random.pick(['sticks', 'in turn']);
    cast.visitorComes(world.browserOf('vi'));
    cast.agentComes(world.browserOf('Ann'));
    if (random.chance(0.5)) cast.visitorComes(world.browserOf('vi'));
    if (random.chance(0.3)) cast.visitorComes(world.browserOf('wu'));
    if (random.chance(0.3)) cast.agentComes(world.browserOf('Ben'));
    if (random.chance(0.2)) {
      cast.visitorComes(world.browserOf('xi'));
      cast.agentComes(world.browserOf('Eve'));
    }
    if (world.peopleChange && random.chance(0.5)) cast.agentComes(world.browserOf('Ann'));
  }

  async run(steps: number): Promise<void> {
    const { random, clock, nodes } = this.world;
    for (let step = 0; step < steps; step += 1) {
      this.#step();
      await clock.advance(random.pick([0, 5, 20, 100, 500, 2_000, 8_000]));
      for (const server of nodes.all) {
        if (!server.isAlive && random.chance(0.4)) await this.world.start(server);
      }
    }
  }

  /** Everything works again. Nobody is told of it; only a page that was left has to be returned to. */
  async heal(): Promise<void> {
    const { world, cast } = this;
    world.network.heal();
    world.hub.publishing = 'up';
    world.disk.state = 'sound';
    world.bus.heal();
    world.fuse = null;
    for (const { outbox } of world.browsers) outbox.fault = 'works';
    await world.startAll();
    for (const { tab } of cast.seats) tab.comeBack();
    await world.clock.advance(50_000);
    if (world.peopleChange) await this.#bringHome();
    // What a socket lost without a trace, the next event shows to be missing.
    for (const seat of cast.seats) cast.open(seat);
    await world.clock.advance(2_000);
    for (const room of cast.rooms) {
      cast.type(room);
      await world.clock.advance(2 * HANDS_MS);
    }
    await world.clock.advance(15_000);
    for (const { chat } of cast.rooms) chat.seen(Number.MAX_SAFE_INTEGER);
    await world.clock.advance(15_000);
  }

  /** Something happens, whatever it is. */
  #step(): void {
    const { random } = this.world;
    const seat = random.pick(this.cast.seats);
    const room = seat.rooms.length > 0 ? random.pick(seat.rooms) : null;
    const roll = random.next();
    if (this.world.peopleChange && this.#changePeople(random, seat)) return;
    if (room === null && seat.tab.isThere) this.cast.open(seat);
    else if (room === null) seat.tab.comeBack();
    else if (roll < 0.6 && !seat.tab.isThere) seat.tab.comeBack();
    else if (roll < 0.4) this.cast.type(room);
    else if (roll < 0.6) this.#act(random, seat, room);
    else if (roll < 0.75) this.#disturbPage(random, seat);
    else this.#disturbWorld(random);
  }

  /** Whether somebody left this page, or came to it. */
  #changePeople(random: Random, seat: Seat): boolean {
    const { cast } = this;
    if (!seat.tab.isThere) return false;
    const { home } = seat.tab.browser;
    if (cast.isSignedOut(seat) && isAgent(home)) {
      cast.signIn(seat, random.pick([home, home, 'Ann', 'Ben', 'Eve']));
      return true;
    }
    if (!random.chance(0.1)) return false;
    if (seat.visitor === null) cast.signOut(seat);
    else cast.reset(seat);
    return true;
  }

  /** Everybody is at their own browser again, so that what was kept for them is sent. */
  async #bringHome(): Promise<void> {
    const { cast, world } = this;
    for (const browser of cast.changed) {
      const seats = cast.seats.filter(({ tab }) => tab.browser === browser);
      const [first, ...others] = seats;
      if (first === undefined || !isAgent(browser.home)) continue;
      cast.signIn(first, browser.home);
      await world.clock.advance(5_000);
      // What another tab does not ask for it does not learn.
      for (const seat of others) cast.reopen(seat);
    }
    // Nobody writes any more where a visitor is forgotten: what hosted Pusher lost of that, a look finds (RT-8).
    for (const { tab, agent } of cast.seats) {
      if (agent === null) continue;
      tab.send('hidden');
      tab.send('visible');
    }
    await world.clock.advance(10_000);
  }

  #act(random: Random, seat: Seat, room: Room): void {
    const { cast, world } = this;
    const { chat } = room;
    const actions: (() => void)[] = [
      () => cast.open(seat),
      () => cast.retry(room),
      () => cast.edit(room),
      () => cast.remove(room),
      () => chat.seen(room.rows.at(-1)?.seq ?? 0),
      () =>
        chat.composing(`[${room.audience === 'visitor' ? room.person : 'vi'}] ${random.next()}`),
      () => void chat.loadOlder().catch(() => undefined),
      () => {
        const status = random.pick(['open', 'pending', 'resolved', 'resolved'] as const);
        if (!('patch' in chat)) return;
        world.note(room.tab.name, `sets ${status}`);
        void chat.patch({ status }).catch(() => undefined);
      },
      () => {
        if (!('patch' in chat)) return;
        const me = AGENTS.findIndex(({ name }) => name === room.person) + 1;
        const assignee_id = random.pick([me, null]);
        void chat.patch({ assignee_id, labels: random.pick([[], ['vip']]) }).catch(() => undefined);
      },
      () => cast.forge(room),
    ];
    random.pick(actions)();
  }

  #disturbPage(random: Random, seat: Seat): void {
    const { cast } = this;
    const { tab } = seat;
    const happenings: (() => void)[] = [
      () => tab.send('hidden'),
      () => tab.send('visible'),
      () => tab.send('offline'),
      () => tab.send('online'),
      () => tab.send('pagehide'),
      () => tab.send('pageshow'),
      () => tab.freezeOrThaw(),
      () => cast.reload(seat),
      () => {
        const { browser } = tab;
        browser.outbox.fault = random.pick(['works', 'works', 'hangs']);
        browser.hadDiskFaults ||= browser.outbox.fault !== 'works';
      },
      () => {
        const more = seat.visitor !== null && cast.seats.length < 6;
        if (more) cast.visitorComes(tab.browser);
      },
    ];
    random.pick(happenings)();
  }

  #disturbWorld(random: Random): void {
    const { world } = this;
    const { faults } = world.network;
    const socket = world.openSockets.size > 0 ? random.pick([...world.openSockets]) : null;
    const happenings: (() => void)[] = [
      ...(world.nodes.areSeveral ? this.#betweenNodes(random) : []),
      () => world.crash(this.#someNode(random)),
      () => {
        world.fuse = random.pick(['at a commit', 'at an event']);
      },
      () => {
        world.fuse = random.pick(['at a commit', 'at an event']);
      },
      () => socket?.close(),
      () => socket?.silence(),
      () => {
        faults.http = random.pick(['up', 'up', 'down', 'hang']);
      },
      () => {
        faults.lostRequests = random.pick([0, 0.2]);
        faults.lostAnswers = random.pick([0, 0.3]);
        faults.hangingAnswers = random.pick([0, 0, 0.2]);
      },
      () => {
        faults.repeatedRequests = random.pick([0, 0.3]);
        faults.busyProxy = random.pick([0, 0.2]);
        faults.slowAnswers = random.pick([0, 0.3]);
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
      () => {
        world.hub.publishing = random.pick(['up', 'refuses', 'hangs', 'busy']);
      },
      () => {
        world.disk.state = random.pick(['sound', 'full', 'gone']);
      },
      () => world.network.heal(),
      () => world.network.heal(),
    ];
    random.pick(happenings)();
  }

  #someNode(random: Random): SimulatedServer {
    const { all, areSeveral } = this.world.nodes;
    return areSeveral || all[0] === undefined ? random.pick(all) : all[0];
  }

  /** What only several nodes can suffer. */
  #betweenNodes(random: Random): (() => void)[] {
    const { nodes, bus, disk } = this.world;
    return [
      () => bus.become(random.pick(['up', 'gone', 'still'])),
      () => {
        bus.lostPackets = random.pick([0, 0.2]);
      },
      () => {
        nodes.balancing = random.pick(['sticks', 'in turn']);
      },
      () => {
        disk.state = random.pick(['sound', 'cuts']);
      },
      () => {
        for (const server of nodes.all) this.world.crash(server);
      },
    ];
  }
}

/** What there is in the story of a seed. */
export interface Setting {
  readonly providers: ProvidersInUse;
  readonly nodes: 1 | 2;
  readonly peopleChange: boolean;
}

/**
 * A third of all stories play on two nodes: those that the bus joins, which have own sockets. In two
 * of five people sign out, and others in.
 */
export function settingOf(seed: number): Setting {
  const providers = PROVIDERS[seed % PROVIDERS.length] ?? 'reverb';
  const isJoined = providers === 'reverb' || providers === 'pusher and reverb';
  const nodes = isJoined && seed % 3 !== 1 ? 2 : 1;
  return { providers, nodes, peopleChange: seed % 5 === 1 || seed % 5 === 2 };
}

const PROVIDERS: readonly ProvidersInUse[] = [
  'reverb',
  'pusher and reverb',
  'polling',
  'external reverb',
];
