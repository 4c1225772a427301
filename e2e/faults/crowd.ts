// Visitors and agents of two sites who write all the time, each by another way.
import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '../../packages/client/src/testing/random.ts';
import { agentEmail, agentPassword, siteToken } from '../harness/server.ts';
import { streamOf } from './checker.ts';
import type { Reader, Stored, View } from './history.ts';
import { PageProcess } from './page-process.ts';
import { AgentPerson, VisitorPerson } from './person.ts';
import type { Recorder } from './recorder.ts';
import { type Door, type Stage, otherAgent, otherSiteToken } from './stage.ts';

const sites = [
  { name: 'one', token: siteToken, agent: { email: agentEmail, password: agentPassword } },
  { name: 'two', token: otherSiteToken, agent: otherAgent },
] as const;

/** More than the server takes: refused for good, while what follows goes on. */
const tooLong = 'x'.repeat(10_001);

const idleProcesses = 2;

export interface CrowdOptions {
  readonly stage: Stage;
  readonly recorder: Recorder;
  readonly random: Random;
  /** Of the first site; the second has two. */
  readonly visitors: number;
  /** Between two messages of one person, on average. */
  readonly pause_ms: number;
  /** How long a message is, at least. */
  readonly text_chars: number;
}

export class Crowd {
  readonly visitors: VisitorPerson[] = [];
  readonly agents: AgentPerson[] = [];
  /** Visitors who only have a page open. */
  readonly #idle: PageProcess[] = [];
  #idleCount = 0;
  readonly #options: CrowdOptions;
  readonly #conversations = new Map<string, number>();
  #talking: Promise<unknown> = Promise.resolve();
  #hushed = false;
  #texts = 0;

  constructor(options: CrowdOptions) {
    this.#options = options;
  }

  /** Everybody comes in; each visitor has a conversation, and each agent of its site opens it. */
  async enter(): Promise<void> {
    const { stage, recorder, visitors } = this.#options;
    for (const [siteAt, site] of sites.entries()) {
      const size = siteAt === 0 ? visitors : 2;
      const agents = siteAt === 0 ? stage.doors : stage.doors.slice(0, 1);
      for (const [at, door] of agents.entries()) {
        const reader: Reader = { name: `agent-${site.name}-${at}`, side: 'agent', site: site.name };
        const options = { baseUrl: door.proxy.url, reader, recorder, way: wayOf(door) };
        const agent = new AgentPerson(options);
        this.agents.push(agent);
        await agent.signIn(site.agent);
      }
      for (let at = 0; at < size; at += 1) {
        const door = doorAt(stage, at);
        const reader: Reader = {
          name: `visitor-${site.name}-${at}`,
          side: 'visitor',
          site: site.name,
        };
        const options = { baseUrl: door.proxy.url, reader, recorder, way: wayOf(door) };
        this.visitors.push(new VisitorPerson({ ...options, siteToken: site.token }));
      }
    }
    for (const visitor of this.visitors) visitor.say(this.#text(visitor.reader));
    await this.#openAll(this.agents);
  }

  /** So many more who only have a page open, by sockets, in each of the processes that play them. */
  enterIdle(count: number): void {
    const ports = this.#options.stage.nodes.map(({ server }) => server.port);
    while (this.#idle.length < idleProcesses) this.#idle.push(new PageProcess());
    for (const pages of this.#idle) pages.open(count, ports);
    this.#idleCount += count * this.#idle.length;
  }

  get idleCount(): number {
    return this.#idleCount;
  }

  /** Cuts the connections of all who only have a page open. */
  flapIdle(): void {
    for (const pages of this.#idle) pages.flap();
  }

  /** Whether all who only have a page open have events. */
  get isIdleLive(): boolean {
    return this.#idle.every(({ isLive }) => isLive);
  }

  /** Everybody writes, until `hush`. */
  talk(): void {
    this.#hushed = false;
    const turns = [
      ...this.visitors.map((visitor) => async () => this.#visitorSays(visitor)),
      ...this.agents.map((agent) => async () => this.#agentSays(agent)),
    ];
    this.#talking = Promise.all(turns.map((turn) => this.#turns(turn)));
  }

  async hush(): Promise<void> {
    this.#hushed = true;
    await this.#talking;
  }

  /**
   * What is not at rest yet, a line for each to read: words that are under way, views that are not
   * what is stored, and inboxes that do not know how far a conversation is.
   */
  unrest(stored: Stored): readonly string[] {
    const heads = new Map(stored.conversations.map(({ id, agentHead }) => [id, agentHead]));
    return [...this.visitors, ...this.agents].flatMap((person) => {
      const { reader, way, underWay, watches } = person;
      const who = `${reader.name} (${way})`;
      const waiting = underWay === 0 ? [] : [`${who}: ${underWay} messages are under way`];
      const behind = watches.flatMap(({ conversationId, places }) => {
        const stream = streamOf(stored, conversationId, reader.side);
        const isComplete =
          stream.length === places.length && stream.every(({ seq }, at) => places[at] === seq);
        const where = `${who}, conversation ${conversationId}`;
        return isComplete ? [] : [`${where}: shows ${places.length} of ${stream.length} messages`];
      });
      const unknown = watches.flatMap(({ conversationId: id }) => {
        if (person instanceof VisitorPerson) return [];
        const [known, head] = [person.inboxHead(id), heads.get(id ?? 0)];
        return known === head ? [] : [`${who}: the inbox has ${id} at ${known}, it is at ${head}`];
      });
      return waiting.concat(behind, unknown);
    });
  }

  get underWay(): number {
    return [...this.visitors, ...this.agents].reduce((sum, { underWay }) => sum + underWay, 0);
  }

  /** What everybody sees, and what they see who come anew, through another door. */
  async views(): Promise<readonly View[]> {
    const { stage, recorder } = this.#options;
    const anew: (VisitorPerson | AgentPerson)[] = [];
    for (const [at, { reader, storage }] of this.visitors.entries()) {
      const site = sites.find(({ name }) => name === reader.site) ?? sites[0];
      const baseUrl = doorAt(stage, at + 1 + stage.nodes.length).proxy.url;
      const options = { baseUrl, reader, recorder, way: 'fresh reload', storage };
      anew.push(new VisitorPerson({ ...options, siteToken: site.token }));
    }
    const newAgents: AgentPerson[] = [];
    for (const [at, { reader }] of this.agents.entries()) {
      const site = sites.find(({ name }) => name === reader.site) ?? sites[0];
      const baseUrl = doorAt(stage, at + stage.nodes.length).proxy.url;
      const agent = new AgentPerson({ baseUrl, reader, recorder, way: 'fresh reload' });
      await agent.signIn(site.agent);
      newAgents.push(agent);
    }
    await this.#openAll(newAgents);
    for (const person of [...anew, ...newAgents]) {
      await until(() => person.watches.every(({ conversationId }) => conversationId !== null));
      await person.loadAll();
    }
    const everybody = [...this.visitors, ...this.agents, ...anew, ...newAgents];
    const views = everybody.flatMap((person) => person.views());
    for (const person of [...anew, ...newAgents]) person.destroy();
    return views;
  }

  leave(): void {
    this.#hushed = true;
    for (const person of [...this.visitors, ...this.agents]) person.destroy();
    for (const pages of this.#idle) pages.close();
  }

  async #openAll(agents: readonly AgentPerson[]): Promise<void> {
    for (const { reader, watch } of this.visitors) {
      await until(() => watch.conversationId !== null);
      const id = watch.conversationId ?? 0;
      this.#conversations.set(reader.name, id);
      for (const agent of agents) {
        if (agent.reader.site === reader.site) agent.open(reader.name, id);
      }
    }
  }

  async #turns(say: () => Promise<void>): Promise<void> {
    const { random, pause_ms } = this.#options;
    while (!this.#hushed) {
      await say();
      await delay(random.between(pause_ms / 4, pause_ms * 1.75));
    }
  }

  async #visitorSays(visitor: VisitorPerson): Promise<void> {
    // One who waits for two answers waits with the third message, as people do.
    if (visitor.underWay < 2) visitor.say(this.#text(visitor.reader));
    await Promise.resolve();
  }

  async #agentSays(agent: AgentPerson): Promise<void> {
    const { random } = this.#options;
    const own = this.visitors.filter(({ reader }) => reader.site === agent.reader.site);
    const { reader } = random.pick(own);
    if (agent.underWay < 4) agent.say(reader.name, this.#text(agent.reader), random.chance(0.2));
    await Promise.resolve();
  }

  #text({ name }: Reader): string {
    const { random, text_chars } = this.#options;
    this.#texts += 1;
    const text = `${name} says ${this.#texts}`;
    return this.#texts > 100 && random.chance(0.005)
      ? text + tooLong
      : text.padEnd(text_chars, '.');
  }
}

const wayOf = ({ usual }: Door): string => (usual === 'pass' ? 'socket' : 'polling');

function doorAt(stage: Stage, at: number): Door {
  const door = stage.doors[at % stage.doors.length];
  if (door === undefined) throw new Error('a stage without a door');
  return door;
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 90_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('waited 90 s in vain');
    await delay(20);
  }
}
