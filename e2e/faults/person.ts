// Visitors and agents with the real client, in Node: what they send and what they see is recorded.
import {
  type AgentChat,
  type ConversationView,
  type Environment,
  type HttpResponse,
  type LogMessage,
  type OpenConversation,
  createAgentChat,
  createVisitorChat,
  platform,
  type TokenStorage,
  type VisitorChat,
} from '@parley/client';
import type { Reader, View } from './history.ts';
import type { Recorder } from './recorder.ts';
import { memoryStorage } from './storage.ts';

export interface Account {
  readonly email: string;
  readonly password: string;
}

/** What a reader sees of one conversation, and saw before. */
export class Watch {
  readonly steps: number[] = [];
  readonly highest: number[] = [];
  #messages: readonly LogMessage[] = [];
  #conversationId: number | null = null;

  look(view: ConversationView<{ readonly id: number }> | null): void {
    if (view === null) return;
    this.#conversationId = view.conversation.id;
    this.#messages = view.messages;
    const shown = inLog(view.messages);
    const last = shown.at(-1)?.seq ?? 0;
    const before = this.highest.at(-1) ?? 0;
    if (last !== before) this.highest.push(last);
    for (const { seq } of shown) {
      if (seq !== null && seq > before) this.steps.push(seq);
    }
  }

  /** How many messages are written here and not acknowledged. */
  get underWay(): number {
    return this.#messages.filter(({ state }) => state === 'sending').length;
  }

  /** The places of all that is shown, in their order. */
  get places(): readonly number[] {
    return this.#messages.flatMap(({ seq }) => seq ?? []);
  }

  get conversationId(): number | null {
    return this.#conversationId;
  }

  view(reader: Reader, way: string): View {
    const messages = this.#messages.flatMap(({ id, seq, client_message_id: key, text }) =>
      id === null || seq === null ? [] : { id, seq, key, text },
    );
    const { steps, highest } = this;
    return { reader, way, conversationId: this.#conversationId, messages, steps, highest };
  }
}

/**
 * What stands in the stream. One's own message that was acknowledged before those ahead of it have
 * come stands below, with what is under way.
 */
function inLog(messages: readonly LogMessage[]): readonly LogMessage[] {
  const placed = messages.filter(({ seq }) => seq !== null);
  const gap = placed.findIndex(({ seq, mine }, index) => {
    const before = placed[index - 1]?.seq ?? null;
    return mine && before !== null && seq !== null && seq > before + 1;
  });
  return gap === -1 ? placed : placed.slice(0, gap);
}

export interface PersonOptions {
  readonly baseUrl: string;
  readonly reader: Reader;
  readonly recorder: Recorder;
  /** How it reads: for the report. */
  readonly way: string;
  /** Receives the client's own account of what it does. */
  readonly debug?: (line: string) => void;
}

export class VisitorPerson {
  readonly reader: Reader;
  readonly way: string;
  readonly chat: VisitorChat;
  readonly watch = new Watch();
  readonly storage: TokenStorage;
  readonly #siteToken: string;
  readonly #recorder: Recorder;

  constructor(
    options: PersonOptions & { readonly siteToken: string; readonly storage?: TokenStorage },
  ) {
    const { baseUrl, reader, recorder, siteToken, way, debug } = options;
    this.reader = reader;
    this.way = way;
    this.storage = options.storage ?? memoryStorage();
    this.#siteToken = siteToken;
    this.#recorder = recorder;
    this.chat = createVisitorChat({
      baseUrl,
      siteToken,
      storage: this.storage,
      environment: recordingEnvironment(recorder),
      ...(debug === undefined ? {} : { debug }),
    });
    this.chat.view.subscribe(() => this.watch.look(this.chat.view.get()));
    this.chat.start();
  }

  /** Which the client keeps; a secret. */
  get token(): string {
    return this.storage.getItem(`parley:visitor:${this.#siteToken}`) ?? '';
  }

  say(text: string): void {
    const key = this.chat.send(text);
    const { reader } = this;
    this.#recorder.invoke({
      key,
      sender: reader,
      conversationOf: reader.name,
      text,
      private: false,
      kept: true,
    });
  }

  /** How many messages are written and not acknowledged. */
  get underWay(): number {
    return this.watch.underWay + this.chat.pending.get().length;
  }

  get watches(): readonly Watch[] {
    return [this.watch];
  }

  /** Loads history until the beginning stands there. */
  async loadAll(): Promise<void> {
    while (this.chat.view.get()?.hasOlder === true) await this.chat.loadOlder();
  }

  views(): readonly View[] {
    return [this.watch.view(this.reader, this.way)];
  }

  destroy(): void {
    this.chat.destroy();
  }
}

/** An agent who has every conversation open that is named. */
export class AgentPerson {
  readonly reader: Reader;
  readonly way: string;
  readonly chat: AgentChat;
  readonly #recorder: Recorder;
  readonly #opened = new Map<string, { conversation: OpenConversation; watch: Watch }>();

  constructor(options: PersonOptions) {
    const { baseUrl, reader, recorder, way, debug } = options;
    this.reader = reader;
    this.way = way;
    this.#recorder = recorder;
    this.chat = createAgentChat({
      baseUrl,
      environment: recordingEnvironment(recorder),
      ...(debug === undefined ? {} : { debug }),
    });
  }

  async signIn(account: Account): Promise<void> {
    await this.chat.signIn(account);
  }

  open(conversationOf: string, conversationId: number): void {
    const conversation = this.chat.open(conversationId);
    const watch = new Watch();
    const look = (): void => {
      const view = conversation.view.get();
      if (view.status === 'ready') watch.look(view);
    };
    look();
    conversation.view.subscribe(look);
    this.#opened.set(conversationOf, { conversation, watch });
  }

  say(conversationOf: string, text: string, note: boolean): void {
    const opened = this.#opened.get(conversationOf);
    if (opened === undefined) throw new Error(`${conversationOf} is not open`);
    const key = opened.conversation.send(text, { private: note });
    const { reader } = this;
    this.#recorder.invoke({ key, sender: reader, conversationOf, text, private: note, kept: true });
  }

  get underWay(): number {
    return this.watches.reduce((sum, { underWay }) => sum + underWay, 0);
  }

  get watches(): readonly Watch[] {
    return [...this.#opened.values()].map(({ watch }) => watch);
  }

  /** How far the inbox knows a conversation; 0: not at all. */
  inboxHead(conversationId: number | null): number {
    const { entries } = this.chat.inbox.get();
    return entries.find(({ id }) => id === conversationId)?.head ?? 0;
  }

  /** Loads history until the beginning stands there. */
  async loadAll(): Promise<void> {
    for (const { conversation } of this.#opened.values()) {
      for (let view = conversation.view.get(); view.status === 'ready' && view.hasOlder;) {
        await conversation.loadOlder();
        view = conversation.view.get();
      }
    }
  }

  views(): readonly View[] {
    return this.watches.map((watch) => watch.view(this.reader, this.way));
  }

  destroy(): void {
    this.chat.destroy();
  }
}

/** Node's own, with a cookie jar as a browser has one, and with what is answered written down. */
function recordingEnvironment(recorder: Recorder): Environment {
  const cookies = new Map<string, string>();
  return {
    ...platform(),
    async fetch(url, init): Promise<HttpResponse> {
      const cookie = Array.from(cookies, ([name, value]) => `${name}=${value}`).join('; ');
      const headers = new Headers(init.headers);
      if (cookie !== '') headers.set('cookie', cookie);
      const response = await fetch(url, { ...init, headers }).catch((error: unknown) => {
        // What the client itself gave up says nothing.
        if (init.signal?.aborted !== true) recorder.errors += 1;
        throw error;
      });
      if (response.status >= 500) recorder.errors += 1;
      for (const line of response.headers.getSetCookie()) {
        const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        if (name !== undefined && value !== undefined) cookies.set(name, value);
      }
      const text = await response.text();
      const key = keyOf(init.body);
      if (key !== null) recorder.answer(key, response.status, asJson(text));
      const { ok, status } = response;
      return { ok, status, headers: response.headers, text: () => Promise.resolve(text) };
    },
  };
}

/** Of a request that sends a message. */
function keyOf(body: BodyInit | null | undefined): string | null {
  if (typeof body !== 'string') return null;
  const { client_message_id: key } = JSON.parse(body) as { client_message_id?: unknown };
  return typeof key === 'string' ? key : null;
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // The page of a proxy.
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
