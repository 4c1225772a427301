import { channelName, type Conversation, type RealtimeConfig } from '@parley/protocol';
import type { Page } from '../conversation-log.ts';
import type { Side } from '../side.ts';
import { ModelConversation, type Published } from './model-conversation.ts';
import type { SocketProviderName } from '../provider.ts';
import type { SimulatedClock } from './simulated-clock.ts';
import type { ServerSocket, SocketServer } from './simulated-socket.ts';

export interface SimulatedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly token: string | null;
  readonly body: Readonly<Record<string, unknown>>;
  /** Aborted when the client is gone. */
  readonly signal: AbortSignal;
}

export interface SimulatedAnswer {
  readonly status: number;
  readonly body: object;
}

interface FeedEntry {
  readonly number: number;
  readonly channel: string;
  readonly event: string;
  readonly data: unknown;
}

/** The token of the one site, and of the one agent's session. */
export const SITE = 'site-token';
export const AGENT = 'agent-session';
/** Texts that the server refuses for good. */
export const REFUSED_TEXT = 'refused';
/** So many events the polling feed remembers; who comes later has to compare heads. */
const FEED_MAX = 60;
const SITE_ID = 1;

/**
 * The server's part of SPEC §3 to §5 in memory, for simulations: the same answers and events over
 * the same paths, without a network. A restart forgets connections and feed, never what it
 * acknowledged.
 */
export class SimulatedServer implements SocketServer {
  readonly sockets = new Set<ServerSocket>();
  readonly conversations = new Map<number, ModelConversation>();
  readonly realtime: RealtimeConfig;
  /** Whether the agent's session is known. */
  isSignedIn = true;
  /** Which of the agent's sessions is the present one. */
  #session = 1;
  /** Who signs in next. */
  agentId = 1;
  /** Whether visitors are let into their channels. */
  isRefusingChannels = false;
  /** Whether it knows no visitor again, just after it made one. */
  isForgetful = false;
  /** Providers that hold their subscribers, while publishing to them fails. */
  degraded: readonly SocketProviderName[] = [];
  readonly #clock: SimulatedClock;
  readonly #visitors = new Map<string, number>();
  readonly #sent = new Map<string, { conversation: ModelConversation; index: number }>();
  readonly #waiting = new Set<() => void>();
  #feed: FeedEntry[] = [];
  #number = 0;
  #run = 1;
  #messageId = 0;
  #visitorId = 0;
  #socketId = 0;

  constructor(clock: SimulatedClock, realtime: RealtimeConfig) {
    this.#clock = clock;
    this.realtime = realtime;
  }

  /** As after `kill -9` and a new start. */
  restart(): void {
    this.#run += 1;
    this.#feed = [];
    this.sockets.clear();
    for (const wake of this.#waiting) wake();
  }

  /** As when the agent signs in once more, in another tab: what waits in the former session is refused. */
  signInAnew(): void {
    this.#session += 1;
    for (const wake of this.#waiting) wake();
  }

  /** Every visitor has to begin anew. */
  forgetVisitors(): void {
    this.#visitors.clear();
  }

  async handle(request: SimulatedRequest): Promise<SimulatedAnswer> {
    const { method, path, token } = request;
    const route = `${method} ${path}`;
    if (route === 'GET /api/chatbot/config') return ok({ ...this.#announced, site: SITE_CONFIG });
    if (route === 'POST /api/chatbot/init') return this.#init(request);
    if (token === SITE || token === null) return refuse(401, 'visitor_token_required');
    if (token === AGENT) return this.#handleAgent(request);
    if (path === '/broadcasting/auth' && this.isRefusingChannels) return refuse(403, 'forbidden');
    const visitorId = this.#visitors.get(token);
    if (visitorId === undefined) return refuse(401, 'unauthenticated');
    return this.#handleVisitor(request, visitorId);
  }

  connect(socket: ServerSocket): string {
    this.sockets.add(socket);
    this.#socketId += 1;
    return `1.${this.#socketId}`;
  }

  disconnect(socket: ServerSocket): void {
    this.sockets.delete(socket);
  }

  subscribe(socket: ServerSocket, channel: string): void {
    socket.channels.add(channel);
    socket.receive(channel, 'pusher:subscription_succeeded', {});
    if (socket.name !== 'reverb' || !this.realtime.reverb.heads) return;
    for (const { event, data } of this.#greet(channel)) socket.receive(channel, event, data);
  }

  /** What a new follower of a channel is told. */
  #greet(channel: string): { channel: string; event: string; data: object }[] {
    const head = this.#headOf(channel);
    if (head !== null) return [{ channel, event: 'ChatHead', data: head }];
    const visitorId = /^private-chat\.visitor\.(\d+)$/.exec(channel)?.[1];
    if (visitorId === undefined) return [];
    const latest = this.#openOf(Number(visitorId))?.id ?? null;
    return [{ channel, event: 'ChatCurrentConversation', data: { conversation_id: latest } }];
  }

  get #announced(): RealtimeConfig {
    return this.degraded.length === 0
      ? this.realtime
      : { ...this.realtime, degraded: [...this.degraded] };
  }

  /** What a private channel's subscriber is greeted with (SYNC-6). */
  #headOf(channel: string): { conversation_id: number; head: number } | null {
    const match = /^private-chat\.conversation\.(\d+)(\.agents)?$/.exec(channel);
    const conversation = this.conversations.get(Number(match?.[1]));
    if (match === null || conversation === undefined) return null;
    const side = match[2] === undefined ? 'visitor' : 'agent';
    return { conversation_id: conversation.id, head: conversation.head(side) };
  }

  async #handleVisitor(request: SimulatedRequest, visitorId: number): Promise<SimulatedAnswer> {
    const { method, path } = request;
    if (path === '/broadcasting/auth') {
      return this.#authorize(request, (channel) => this.#mayVisitorHear(channel, visitorId));
    }
    if (path === '/api/chatbot/message') return this.#sendByVisitor(request, visitorId);
    if (path === '/api/chatbot/updates') {
      const conversationId = this.#openOf(visitorId)?.id;
      const own = channelName({ kind: 'visitor', visitorId });
      const greeted =
        conversationId === undefined ? [] : [channelName({ kind: 'conversation', conversationId })];
      const isHeard = (channel: string) => this.#mayVisitorHear(channel, visitorId);
      return this.#updates(request, [own, ...greeted], isHeard);
    }
    const [, id, rest] = /^\/api\/chatbot\/conversation\/(\d+)(\/read|\/typing)?$/.exec(path) ?? [];
    const conversation = this.conversations.get(Number(id));
    if (conversation?.visitorId !== visitorId) return refuse(404, 'not_found');
    if (rest === '/read') return this.#read(conversation, 'visitor', request);
    if (rest === '/typing') return this.#typing(conversation, 'visitor', request);
    if (method === 'GET') return ok(page(conversation, 'visitor', request.query));
    return refuse(405, 'method_not_allowed');
  }

  async #handleAgent(request: SimulatedRequest): Promise<SimulatedAnswer> {
    const { path, query } = request;
    if (path === '/admin/login') {
      this.isSignedIn = true;
      return ok({});
    }
    if (!this.isSignedIn) return refuse(401, 'unauthenticated');
    if (path === '/admin/me') {
      return ok({ ...ME, agent: { ...ME.agent, id: this.agentId }, realtime: this.#announced });
    }
    if (path === '/broadcasting/auth') return this.#authorize(request, () => true);
    if (path === '/admin/updates') {
      const followed = new Set((query.get('follow') ?? '').split(','));
      const inbox = channelName({ kind: 'site-inbox', siteId: SITE_ID });
      const isHeard = (channel: string) => {
        const id = /^private-chat\.conversation\.(\d+)\.agents$/.exec(channel)?.[1];
        return channel === inbox || (id !== undefined && followed.has(id));
      };
      const conversations = [...followed].map((id) =>
        channelName({ kind: 'conversation-agents', conversationId: Number(id) }),
      );
      const session = this.#session;
      const answer = await this.#updates(request, conversations, isHeard);
      return session === this.#session ? answer : refuse(401, 'unauthenticated');
    }
    if (path === '/admin/chatbot') return ok(this.#inbox());
    const [, id, rest] = /^\/admin\/chatbot\/(\d+)(\/\S+)?$/.exec(path) ?? [];
    const conversation = this.conversations.get(Number(id));
    if (conversation === undefined) return refuse(404, 'not_found');
    if (rest === '/messages') return ok(page(conversation, 'agent', query));
    if (rest === '/reply') return this.#reply(conversation, request);
    if (rest === '/mark-read') return this.#read(conversation, 'agent', request);
    if (rest === '/typing') return this.#typing(conversation, 'agent', request);
    return ok({});
  }

  #init({ body }: SimulatedRequest): SimulatedAnswer {
    const given = typeof body['visitor_token'] === 'string' ? body['visitor_token'] : '';
    const known = this.#visitors.get(given);
    const id = known ?? (this.#visitorId += 1);
    const token = known === undefined ? `visitor-${id}` : given;
    if (!this.isForgetful) this.#visitors.set(token, id);
    const conversation = this.#openOf(id);
    const visitor = { id, name: null, email: null, verified: false };
    const team = { agents: [], reply_time_s: null, open: true, until: null };
    const answer = { visitor, visitor_token: token, team };
    if (conversation === undefined) {
      return ok({ ...answer, conversation: null, messages: [], head: 0, has_more: false });
    }
    const { cursor: _, ...newest } = conversation.newest('visitor');
    return ok({ ...answer, ...newest });
  }

  #openOf(visitorId: number): ModelConversation | undefined {
    return [...this.conversations.values()].findLast((one) => one.visitorId === visitorId);
  }

  #sendByVisitor({ body }: SimulatedRequest, visitorId: number): SimulatedAnswer {
    const known = this.#known(`visitor:${visitorId}`, body);
    if (known !== null) return known;
    if (body['text'] === REFUSED_TEXT) return refuse(422, 'invalid_request');
    const open = this.#openOf(visitorId) ?? this.#begin(visitorId);
    if (open.status !== 'open') this.#publish(open, open.patch({ status: 'open' }));
    return this.#send(open, 'visitor', `visitor:${visitorId}`, body);
  }

  #reply(conversation: ModelConversation, { body }: SimulatedRequest): SimulatedAnswer {
    const known = this.#known('agent', body);
    if (known !== null) return known;
    if (body['text'] === REFUSED_TEXT) return refuse(422, 'invalid_request');
    return this.#send(conversation, 'agent', 'agent', body);
  }

  /** A repeat is answered with what it made the first time (SYNC-2). */
  #known(sender: string, body: SimulatedRequest['body']): SimulatedAnswer | null {
    const known = this.#sent.get(`${sender} ${String(body['client_message_id'])}`);
    if (known === undefined) return null;
    return this.#answer(known.conversation, known.index, sender === 'agent' ? 'agent' : 'visitor');
  }

  #begin(visitorId: number): ModelConversation {
    const conversation = new ModelConversation({
      id: this.conversations.size + 1,
      siteId: SITE_ID,
      visitorId,
      now_ms: this.#clock.now_ms(),
      nextMessageId: () => (this.#messageId += 1),
    });
    this.conversations.set(conversation.id, conversation);
    const channel = channelName({ kind: 'visitor', visitorId });
    const data = { conversation: conversation.conversation('visitor') };
    this.#emit(channel, 'ChatConversationStarted', data);
    return conversation;
  }

  #send(
    conversation: ModelConversation,
    side: Side,
    sender: string,
    body: SimulatedRequest['body'],
  ): SimulatedAnswer {
    const clientMessageId = String(body['client_message_id']);
    const { published } = conversation.send(
      {
        senderType: side,
        text: String(body['text']),
        clientMessageId,
        note: side === 'agent' && body['private'] === true,
      },
      this.#clock.now_ms(),
    );
    const index = conversation.messages.length - 1;
    this.#sent.set(`${sender} ${clientMessageId}`, { conversation, index });
    this.#publish(conversation, published);
    return this.#answer(conversation, index, side);
  }

  #answer(conversation: ModelConversation, index: number, side: Side): SimulatedAnswer {
    const stored = conversation.messages[index];
    const message = stored === undefined ? null : conversation.present(stored, side);
    if (message === null) throw new Error('an acknowledged message is gone');
    return { ...ok({ message, head: conversation.head(side) }), status: 201 };
  }

  #read(conversation: ModelConversation, side: Side, { body }: SimulatedRequest): SimulatedAnswer {
    const upTo = Number(body['up_to']);
    this.#publish(conversation, conversation.markRead(side, upTo));
    const { unread } = conversation.conversation(side);
    return ok({ up_to: upTo, unread, head: conversation.head(side) });
  }

  #typing(
    conversation: ModelConversation,
    side: Side,
    { body }: SimulatedRequest,
  ): SimulatedAnswer {
    const kind = side === 'visitor' ? 'conversation-agents' : 'conversation';
    const conversationId = conversation.id;
    this.#emit(channelName({ kind, conversationId }), 'ChatTyping', {
      conversation_id: conversationId,
      sender_type: side,
      sender_name: side === 'agent' ? 'Ann' : null,
      ...body,
    });
    return ok({});
  }

  /** What somebody else does, by no client's doing. */
  change(conversation: ModelConversation, published: Published): void {
    this.#publish(conversation, published);
  }

  /** Somebody joined the site. */
  agentsChanged(): void {
    const inbox = channelName({ kind: 'site-inbox', siteId: SITE_ID });
    this.#emit(inbox, 'ChatAgentsChanged', { site_id: SITE_ID });
  }

  #inbox(): object {
    const entries = [...this.conversations.values()].map((one) => one.inboxEntry());
    entries.sort((a, b) => b.last_activity_ms - a.last_activity_ms || b.id - a.id);
    return { conversations: entries, next_cursor: null };
  }

  #publish(conversation: ModelConversation, { visitor, agent }: Published): void {
    const conversationId = conversation.id;
    if (visitor !== undefined) {
      this.#emit(
        channelName({ kind: 'conversation', conversationId }),
        visitor.event,
        visitor.data,
      );
    }
    if (agent === undefined) return;
    const channel = channelName({ kind: 'conversation-agents', conversationId });
    this.#emit(channel, agent.event, agent.data);
    const inbox = channelName({ kind: 'site-inbox', siteId: SITE_ID });
    this.#emit(inbox, 'ChatInboxUpdated', { conversation: conversation.inboxEntry() });
  }

  #emit(channel: string, event: string, data: unknown): void {
    this.#number += 1;
    this.#feed.push({ number: this.#number, channel, event, data });
    if (this.#feed.length > FEED_MAX) this.#feed.shift();
    for (const socket of this.sockets) {
      if (this.degraded.includes(socket.name)) continue;
      if (socket.channels.has(channel)) socket.receive(channel, event, data);
    }
    for (const wake of this.#waiting) wake();
  }

  #authorize({ body }: SimulatedRequest, may: (channel: string) => boolean): SimulatedAnswer {
    const names = body['channels'] as readonly string[];
    const channels = names.map((name) => [name, may(name) ? { auth: 'signed' } : null]);
    return { status: 200, body: { channels: Object.fromEntries(channels) as object } };
  }

  #mayVisitorHear(channel: string, visitorId: number): boolean {
    const id = /^private-chat\.conversation\.(\d+)$/.exec(channel)?.[1];
    if (id !== undefined) return this.conversations.get(Number(id))?.visitorId === visitorId;
    return channel === channelName({ kind: 'visitor', visitorId });
  }

  async #updates(
    { query, signal }: SimulatedRequest,
    greeted: readonly string[],
    isHeard: (channel: string) => boolean,
  ): Promise<SimulatedAnswer> {
    const [run, place] = (query.get('cursor') ?? '').split(':').map(Number);
    const here = `${this.#run}:${this.#number}`;
    const { degraded } = this;
    const begin = () => ({
      events: greeted.flatMap((name) => this.#greet(name)),
      cursor: here,
      degraded,
    });
    if (!query.has('cursor')) return ok(begin());
    const oldest = this.#feed[0]?.number ?? this.#number + 1;
    const tooOld = run !== this.#run || place === undefined || place < oldest - 1;
    if (tooOld) return ok({ ...begin(), reset: true });
    const since = () =>
      this.#feed.filter(({ number, channel }) => number > place && isHeard(channel));
    if (since().length === 0) await this.#news(Number(query.get('wait')), signal, since);
    const events = since().map(({ channel, event, data }) => ({ channel, event, data }));
    return ok({ events, cursor: `${this.#run}:${this.#number}`, degraded: this.degraded });
  }

  async #news(wait_s: number, signal: AbortSignal, since: () => unknown[]): Promise<void> {
    if (wait_s <= 0) return;
    const run = this.#run;
    const session = this.#session;
    await new Promise<void>((resolve) => {
      const end = () => {
        this.#waiting.delete(look);
        timer.cancel();
        resolve();
      };
      const look = () => {
        if (since().length > 0 || run !== this.#run || session !== this.#session) end();
      };
      const timer = this.#clock.after(wait_s * 1_000, end);
      this.#waiting.add(look);
      signal.addEventListener('abort', end, { once: true });
    });
  }
}

function page(
  conversation: ModelConversation,
  side: Side,
  query: URLSearchParams,
): Page<Conversation> {
  const after = query.get('after');
  const before = query.get('before');
  if (after !== null) return conversation.after(side, Number(after), 5);
  if (before !== null) return conversation.before(side, Number(before), 10);
  return conversation.newest(side, 10);
}

function ok(body: object): SimulatedAnswer {
  return { status: 200, body: { success: true, ...body } };
}

function refuse(status: number, code: string): SimulatedAnswer {
  return { status, body: { success: false, error: { code, message: code } } };
}

const SITE_CONFIG = {
  name: 'Site',
  locale: 'en',
  appearance: { color: '#000000', theme: 'auto', position: 'right', title: '', greeting: '' },
  prechat: 'off',
  typing_preview: true,
};

const ME = {
  agent: { id: 1, name: 'Ann', email: 'ann@agents.example' },
  sites: [{ id: SITE_ID, name: 'Site', role: 'owner', token: SITE, allowed_origins: [] }],
  csrf_token: 'csrf',
};
