import type { AgentChat } from '../agent-chat-interface.ts';
import type { OpenConversation } from '../agent-conversation.ts';
import type { VisitorChat } from '../visitor-chat-interface.ts';
import type { ModelConversation } from './model-conversation.ts';
import { SimulatedPage } from './simulated-browser.ts';
import { rowsOf, Simulation, type ProvidersInUse } from './simulation.ts';

/** A visitor and an agent who have the same conversation open. */
export class Talk {
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

/** Both have begun, by these providers. */
export async function talk(providers: ProvidersInUse): Promise<Talk> {
  return new Talk(providers).begin();
}
