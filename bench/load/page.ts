import { connect, type Socket } from 'node:net';
import { PARLEY_APP } from '../peers/app.ts';
import {
  attemptTimeout_ms,
  reconnectDelay_ms,
} from '../../packages/client/src/reconnect-policy.ts';
import { Refusal, type Api } from './api.ts';
import type { TalkingVisitor } from './visitors.ts';
import { clientText, pongFrame, readFrame } from './frames.ts';

const TEXT = 0x1;
const PING = 0x9;
const HEADERS_END = '\r\n\r\n';

/** Each of them has seen the first message of its conversation. */
const SEEN = 1;

/** The first answer of a polling loop says where the streams stand. */
interface PollPage {
  readonly cursor: string;
  readonly events: readonly { readonly event: string; readonly data: { readonly head?: number } }[];
}

const isAhead = ({ event, data }: PollPage['events'][number]): boolean =>
  event === 'ChatHead' && (data.head ?? 0) > SEEN;

/**
 * A visitor's page as far as the server can tell: it connects, asks the application for all of its
 * channels, subscribes, and is live when it is told so of each. When its connection is lost it does
 * as the real client does: it comes back after that one's delays, and polls meanwhile. The first poll
 * that is answered after others failed is a reason to connect at once.
 */
export class Page {
  readonly #visitor: TalkingVisitor;
  readonly #port: number;
  readonly #api: Api;
  readonly #changed: (page: Page) => void;
  #socket: Socket | null = null;
  #bytes: Buffer = Buffer.alloc(0);
  #isUpgraded = false;
  readonly #subscribed = new Set<string>();
  #failures = 0;
  /** Until the next attempt. */
  #rest: NodeJS.Timeout | null = null;
  /** Of the polling, where it is under way. */
  #polling: AbortController | null = null;
  #isOver = false;

  constructor(visitor: TalkingVisitor, port: number, api: Api, changed: (page: Page) => void) {
    this.#visitor = visitor;
    this.#port = port;
    this.#api = api;
    this.#changed = changed;
  }

  /** Attempts that came to nothing since it was live. */
  get failures(): number {
    return this.#failures;
  }

  get isLive(): boolean {
    return this.#subscribed.size === this.#visitor.channels.length;
  }

  connect(): void {
    this.#rest = null;
    const socket = connect({ host: '127.0.0.1', port: this.#port, noDelay: true });
    this.#socket = socket;
    this.#bytes = Buffer.alloc(0);
    this.#isUpgraded = false;
    const timer = setTimeout(() => {
      if (!this.isLive) socket.destroy();
    }, attemptTimeout_ms(this.#failures));
    socket.on('data', (bytes: Buffer) => this.#receive(bytes));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      clearTimeout(timer);
      this.#lose();
    });
    socket.write(
      `GET /app/${PARLEY_APP.key}?protocol=7&client=bench&version=1&flash=false HTTP/1.1\r\n` +
        'Host: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    );
  }

  leave(): void {
    this.#isOver = true;
    this.#polling?.abort();
    if (this.#rest !== null) clearTimeout(this.#rest);
    this.#socket?.resetAndDestroy();
  }

  #lose(): void {
    const wasLive = this.isLive;
    this.#subscribed.clear();
    if (this.#isOver) return;
    if (wasLive) this.#changed(this);
    this.#failures += 1;
    const delay_ms = reconnectDelay_ms(this.#failures, Math.random());
    this.#rest = setTimeout(() => this.connect(), delay_ms);
    if (this.#polling !== null) return;
    this.#polling = new AbortController();
    void this.#poll(this.#polling.signal);
  }

  /** Until the page is live. */
  async #poll(signal: AbortSignal): Promise<void> {
    await this.#pause(200 + 800 * Math.random());
    let cursor: string | null = null;
    for (let failures = 0; !signal.aborted;) {
      try {
        const answer = await this.#get(
          `/api/chatbot/updates${cursor === null ? '' : `?cursor=${cursor}&wait=25`}`,
          signal,
        );
        const page = answer as PollPage;
        cursor = page.cursor;
        if (failures > 0) this.#kick();
        failures = 0;
        if (page.events.some(isAhead)) await this.#fetch(signal);
      } catch (error) {
        // As the client does: again, after a while.
        failures += 1;
        const asked_s = error instanceof Refusal ? error.retryAfter_s : null;
        await this.#pause(signal.aborted ? 0 : reconnectDelay_ms(failures, Math.random(), asked_s));
      }
    }
  }

  /** What was missed. */
  async #fetch(signal: AbortSignal): Promise<void> {
    await this.#get(
      `/api/chatbot/conversation/${this.#visitor.conversationId}?after=${SEEN}`,
      signal,
    );
  }

  /** An attempt that waits need not wait any longer. */
  #kick(): void {
    if (this.#rest === null) return;
    clearTimeout(this.#rest);
    this.connect();
  }

  async #get(path: string, signal: AbortSignal): Promise<unknown> {
    const headers = { authorization: `Bearer ${this.#visitor.token}` };
    const { body } = await this.#api.call('GET', path, headers, undefined, signal);
    return JSON.parse(String(body));
  }

  async #pause(delay_ms: number): Promise<void> {
    await new Promise((resolve) => {
      setTimeout(resolve, delay_ms);
    });
  }

  #receive(bytes: Buffer): void {
    this.#bytes = this.#bytes.length === 0 ? bytes : Buffer.concat([this.#bytes, bytes]);
    let at = 0;
    if (!this.#isUpgraded) {
      const end = this.#bytes.indexOf(HEADERS_END);
      if (end === -1) return;
      if (!this.#bytes.toString('latin1', 0, end).startsWith('HTTP/1.1 101 ')) {
        this.#socket?.destroy();
        return;
      }
      this.#isUpgraded = true;
      at = end + HEADERS_END.length;
    }
    for (;;) {
      const frame = readFrame(this.#bytes, at, this.#bytes.length);
      if (frame === null) break;
      this.#read(frame.opcode, this.#bytes.subarray(frame.payloadStart, frame.end));
      at = frame.end;
    }
    this.#bytes = this.#bytes.subarray(at);
  }

  #read(opcode: number, payload: Buffer): void {
    if (opcode === PING) this.#socket?.write(pongFrame(payload));
    if (opcode !== TEXT) return;
    const { event, channel, data } = JSON.parse(payload.toString()) as {
      event: string;
      channel?: string;
      data: unknown;
    };
    switch (event) {
      case 'pusher:connection_established':
        void this.#subscribe((JSON.parse(String(data)) as { socket_id: string }).socket_id);
        return;
      case 'pusher:ping':
        this.#socket?.write(clientText('{"event":"pusher:pong","data":{}}'));
        return;
      case 'pusher_internal:subscription_succeeded':
        this.#subscribed.add(channel ?? '');
        if (!this.isLive) return;
        this.#polling?.abort();
        this.#polling = null;
        this.#changed(this);
        this.#failures = 0;
    }
  }

  async #subscribe(socketId: string): Promise<void> {
    const socket = this.#socket;
    const { token, channels } = this.#visitor;
    try {
      const body = { socket_id: socketId, channels };
      const answer = await this.#api.post('/broadcasting/auth', token, body);
      const auths = (answer as { channels: Record<string, { auth: string }> }).channels;
      for (const channel of channels) {
        const { auth } = auths[channel] ?? {};
        const data = { auth, channel };
        socket?.write(clientText(JSON.stringify({ event: 'pusher:subscribe', data })));
      }
    } catch {
      // As the client does: this attempt is over, and the next one comes.
      socket?.destroy();
    }
  }
}
