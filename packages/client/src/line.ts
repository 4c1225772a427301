/** A channel's signature, as `POST /broadcasting/auth` gives it. */
export interface ChannelAuth {
  readonly auth: string;
  readonly channel_data?: string | undefined;
}

/** What comes of an attempt to connect. After `onLost` nothing more is told. */
export interface LineHandlers {
  /** @param activity_ms after so much silence the server wants a sign of life */
  onConnected(socketId: string, activity_ms: number): void;
  /** Anything at all was heard. */
  onHeard(): void;
  onSubscribed(channel: string): void;
  /** The server refuses the signature. */
  onNotSubscribed(channel: string, reason: string): void;
  onEvent(channel: string, event: string, data: unknown): void;
  /** The attempt failed, or the connection ended. */
  onLost(reason: string): void;
}

/** One attempt to reach a Pusher-protocol server, and the connection that it becomes. */
export interface Line {
  /** Only while connected. */
  subscribe(channel: string, auth: ChannelAuth): void;
  unsubscribe(channel: string): void;
  /** Asks for a sign of life; does nothing where it is not connected. */
  ping(): void;
  /** Ends it; nothing more is told. */
  close(): void;
}

/** Begins an attempt; throws where it cannot. */
export type Connect = (handlers: LineHandlers) => Line;

/** Makes lines by pusher-js. It comes whole, so that nothing else has to be waited for. */
export type ConnectPusher = (address: PusherAddress, platform: { after: After }) => Connect;

type After = (delay_ms: number, callback: () => void) => { cancel(): void };

/** Where a Pusher-protocol server is. */
export interface PusherAddress {
  readonly key: string;
  readonly cluster: string;
  /** Absent: the cluster's own host. */
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly tls: boolean;
}

/** Silence that is never too long for us (RT-8: 40 s with the wait for an answer). */
export const ACTIVITY_ms = 30_000;
