import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { WebSocket, type ClientOptions } from 'ws';
import { signChannel, signUser } from '../wire/signature.ts';
import { APP } from './running-server.ts';

/** A frame as it came, its data unread. */
export interface Frame {
  event: string;
  channel?: string;
  data: unknown;
  user_id?: string;
}

interface Waiter {
  matches: (frame: Frame) => boolean;
  resolve: (frame: Frame) => void;
  reject: (error: Error) => void;
}

/** Speaks the protocol by hand, so that a test sees every frame and can send any. */
export class RawClient {
  readonly frames: Frame[] = [];
  readonly webSocket: WebSocket;
  /** Code and reason of the close. */
  readonly closed: Promise<{ code: number; reason: string }>;
  socketId = '';
  #waiters: Waiter[] = [];
  #taken = new Set<Frame>();

  constructor(webSocket: WebSocket) {
    this.webSocket = webSocket;
    webSocket.on('message', (data: Buffer) => this.#receive(JSON.parse(data.toString()) as Frame));
    this.closed = new Promise((resolve) => {
      webSocket.on('close', (code, reason) => {
        resolve({ code, reason: reason.toString() });
        const error = new Error(`Closed with ${code} ${reason.toString()}`);
        for (const waiter of this.#waiters.splice(0)) waiter.reject(error);
      });
    });
  }

  #receive(frame: Frame): void {
    this.frames.push(frame);
    const at = this.#waiters.findIndex((waiter) => waiter.matches(frame));
    const [waiter] = at === -1 ? [] : this.#waiters.splice(at, 1);
    if (!waiter) return;
    this.#taken.add(frame);
    waiter.resolve(frame);
  }

  /** The first frame of this event that no one waited for yet, now or to come. */
  async next(event: string, channel?: string): Promise<Frame> {
    const matches = (frame: Frame): boolean =>
      frame.event === event && (channel === undefined || frame.channel === channel);
    const here = this.frames.find((frame) => matches(frame) && !this.#taken.has(frame));
    if (here) {
      this.#taken.add(here);
      return here;
    }
    return new Promise((resolve, reject) => {
      this.#waiters.push({ matches, resolve, reject });
    });
  }

  send(frame: object): void {
    this.webSocket.send(JSON.stringify(frame));
  }

  subscribe(channel: string, data: object = {}): void {
    this.send({ event: 'pusher:subscribe', data: { channel, ...data } });
  }

  /** Subscribes with the signature that the channel needs, and waits until it is. */
  async join(channel: string, channelData?: object): Promise<Frame> {
    const { key, secret } = APP;
    const { socketId } = this;
    const data = channelData === undefined ? {} : { channelData: JSON.stringify(channelData) };
    this.subscribe(channel, {
      auth: signChannel({ key, secret, socketId, channel, ...data }),
      ...(data.channelData === undefined ? {} : { channel_data: data.channelData }),
    });
    return this.next('pusher_internal:subscription_succeeded', channel);
  }

  /** Signs in with a fitting signature, and waits for no answer. */
  signIn(userData: object): void {
    const { key, secret } = APP;
    const { socketId } = this;
    const user_data = JSON.stringify(userData);
    const auth = signUser({ key, secret, socketId, userData: user_data });
    this.send({ event: 'pusher:signin', data: { auth, user_data } });
  }

  /** Resolves when the server has handled all that was sent before. */
  async roundTrip(): Promise<void> {
    this.send({ event: 'pusher:ping', data: {} });
    await this.next('pusher:pong');
  }

  /** Frames on this channel that are no answers of the protocol. */
  eventsOn(channel: string): Frame[] {
    return this.frames.filter(
      (frame) => frame.channel === channel && !frame.event.startsWith('pusher_internal:'),
    );
  }
}

interface RawClientOptions extends ClientOptions {
  /** After the host. Default: the app's own path and protocol 7. */
  path?: string;
}

/** Opens a WebSocket and waits for nothing. */
export function openRaw(running: { port: number }, options: RawClientOptions = {}): RawClient {
  const { path = `/app/${APP.key}?protocol=7`, ...rest } = options;
  const webSocket = new WebSocket(`ws://127.0.0.1:${running.port}${path}`, rest);
  webSocket.on('error', () => webSocket.terminate());
  onTestFinished(() => webSocket.terminate());
  return new RawClient(webSocket);
}

/** A client that is connected and knows its socket id. */
export async function connectRaw(
  running: { port: number },
  options: RawClientOptions = {},
): Promise<RawClient> {
  const client = openRaw(running, options);
  const established = await client.next('pusher:connection_established');
  const data = JSON.parse(established.data as string) as { socket_id: string };
  client.socketId = data.socket_id;
  return client;
}

/** Closes a client and waits until the server has noticed. */
export async function leave(client: RawClient): Promise<void> {
  client.webSocket.close();
  await once(client.webSocket, 'close');
}
